/**
 * Says in our own words what is wrong with a text; the library's words may quote it.
 *
 * @param code - the library's code of the error
 * @param message - its message, which only tells apart what shares one code
 */
export const yamlCause = (code: string, message: string): string => {
  if (message.startsWith('Missing closing')) return 'a quotation mark is not closed'
  if (message.startsWith('Flow')) return 'a bracket or brace is not closed'
  return CAUSES[code] ?? 'it is not valid YAML'
}

const CAUSES: Readonly<Record<string, string>> = {
  BAD_DQ_ESCAPE: 'an escape sequence that does not exist',
  BAD_INDENT: 'wrong indentation',
  BAD_SCALAR_START: 'a value that must stand in quotation marks',
  BLOCK_AS_IMPLICIT_KEY: 'wrong indentation, or a colon in a value without quotation marks',
  BLOCK_IN_FLOW: 'a bracket or brace is not closed',
  DUPLICATE_KEY: 'the same key stands twice in one mapping',
  MISSING_CHAR: 'a key without a colon',
  MULTILINE_IMPLICIT_KEY: 'wrong indentation, or a colon in a value without quotation marks',
  MULTIPLE_DOCS: 'several documents in one file',
  NON_STRING_KEY: 'a key that is not text',
  RESOURCE_EXHAUSTION: 'values are nested too deeply',
  TAB_AS_INDENT: 'a tab is used as indentation',
  UNEXPECTED_TOKEN: 'something that does not belong here, as after the end of the document',
}

/** As {@link yamlCause}, for what the library throws: it has neither code nor place. */
export const thrownCause = (error: unknown): string => {
  if (error instanceof RangeError) return 'values are nested too deeply'
  if (error instanceof ReferenceError) return 'aliases (*) that grow to far too much'
  return 'a merge key (<<) or tag (!) that cannot be used here'
}
