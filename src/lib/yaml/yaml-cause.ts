/**
 * Describes a syntax error without quoting the text, as the library's own message may.
 *
 * @param code - the library's error code
 * @param message - its message, only used to tell errors with the same code apart
 */
export const yamlCause = (code: string, message: string): string => {
  if (message.startsWith('Missing closing')) return 'a quotation mark is not closed'
  if (message.startsWith('Flow')) return 'a bracket or brace is not closed'
  return CAUSES[code] ?? 'it is not valid YAML'
}

const CAUSES: Readonly<Record<string, string>> = {
  BAD_DQ_ESCAPE: 'an unknown escape sequence',
  BAD_INDENT: 'wrong indentation',
  BAD_SCALAR_START: 'a value that needs quotation marks',
  BLOCK_AS_IMPLICIT_KEY: 'wrong indentation, or a colon in a value without quotation marks',
  BLOCK_IN_FLOW: 'a bracket or brace is not closed',
  KEY_OVER_1024_CHARS: 'a key of more than 1024 characters',
  MISSING_CHAR: 'a key without a colon',
  MULTILINE_IMPLICIT_KEY: 'wrong indentation, or a colon in a value without quotation marks',
  RESOURCE_EXHAUSTION: 'values are nested too deeply',
  TAB_AS_INDENT: 'a tab is used as indentation',
  UNEXPECTED_TOKEN: 'unexpected text, for example after the end of the document',
}

/** Like {@link yamlCause}, for errors that the library throws, which have neither a code nor a position. */
export const thrownCause = (error: unknown): string =>
  error instanceof RangeError ? 'values are nested too deeply' : 'a tag (!) that cannot be used here'
