import type {CST, Document, YAMLError} from 'yaml'
import type * as YamlModule from 'yaml'

import {MAX_DEPTH} from '../base/json-object.ts'
import {goLexer} from './go-lexer.ts'
import {yamlCause} from './yaml-cause.ts'
import {YamlFault} from './yaml-fault.ts'

type Library = Pick<typeof YamlModule, 'Composer' | 'Lexer' | 'Parser'>

/** The first document of a text. */
export interface FirstDocument {
  /** All its scalars are text. */
  readonly document: Document
  /** What it was made of, comments included. */
  readonly tokens: readonly CST.Token[]
  /** The offset after the document: of the `---` or `...` that ends it, or the end of the text. */
  readonly end: number
}

const OPTIONS = {
  version: '1.1',
  schema: 'failsafe',
  keepSourceTokens: true,
  logLevel: 'silent',
  prettyErrors: false,
  resolveKnownTags: false,
  uniqueKeys: false,
} as const

const DOCUMENT_MARKS: ReadonlySet<string> = new Set(['---', '...'])
const TAB = 'a tab is used as indentation'
/** After these, white space is indentation. */
const INDENTING: ReadonlySet<string> = new Set(['\n', '\r\n', '-', '?', '\uFEFF'])
/** What the lexer yields between the parts of a text. */
const MARKERS: ReadonlySet<string> = new Set(['\u0002', '\u0018', '\u001F'])

/**
 * Reads the first document of a text; like kubectl, it does not look at what follows. The text is taken apart in linear
 * time, and refused if it nests deeper than {@link MAX_DEPTH} or has too many parts, before a document is made of it:
 * that recurses, and takes far longer.
 *
 * @param maxParts - about seven for a line
 * @throws YamlFault
 */
export const readFirstDocument = (library: Library, text: string, maxParts: number): FirstDocument => {
  const {tokens, end} = readTokens(library, text, maxParts)
  for (const token of tokens) if (token.type === 'directive') checkDirective(token.source, token.offset)
  const {composer, fault} = strictComposer(library)
  const firstError = tokens.findIndex(({type}) => type === 'error')
  const until = firstError === -1 ? tokens.length : firstError + 1
  const [document] = composer.compose(tokens.slice(0, until), true, end)
  // What it throws is caught in between, and reported again as something else.
  const first = fault() ?? firstFault(document?.errors ?? [])
  if (first || !document) throw first ?? new YamlFault(0, 'it is not valid YAML')
  return {document, tokens, end}
}

type OnError = (
  source: number | readonly [number, ...unknown[]] | {offset: number},
  code: string,
  message: string,
  isWarning?: boolean,
) => void

/** A composer that stops at the first error: some texts have one for each character, and each takes its time. */
const strictComposer = (
  library: Library,
): {composer: InstanceType<Library['Composer']>; fault: () => YamlFault | undefined} => {
  let first: YamlFault | undefined
  const onError: OnError = (source, code, message, isWarning) => {
    if (isWarning) return
    const offset = typeof source === 'number' ? source : 'offset' in source ? source.offset : source[0]
    first ??= new YamlFault(offset, yamlCause(code, message))
    throw first
  }
  return {composer: Object.assign(new library.Composer(OPTIONS), {onError}), fault: () => first}
}

const readTokens = (library: Library, text: string, maxParts: number): {tokens: CST.Token[]; end: number} => {
  const parser = new library.Parser()
  const tokens: CST.Token[] = []
  let offset = 0
  let parts = 0
  let hasDocument = false
  let isIndenting = true
  for (const part of goLexer(library).lex(text)) {
    parts += 1
    if (parts > maxParts) throw new YamlFault(offset, 'it has too many values to be a kubeconfig')
    for (const token of parser.next(part)) {
      tokens.push(token)
      hasDocument ||= token.type === 'document'
    }
    if (DOCUMENT_MARKS.has(part)) {
      if (part === '...' && tokens.every(isNothing)) throw new YamlFault(offset, 'an end (...) of no document')
      if (hasDocument) return {tokens, end: offset}
    }
    if (isIndenting && /^[ \t]*\t/.test(part) && !parser.stack.some(({type}) => type === 'flow-collection'))
      throw new YamlFault(offset, TAB)
    if (!MARKERS.has(part) && !/^[ \t]+$/.test(part)) isIndenting = INDENTING.has(part)
    if (parser.stack.length > MAX_DEPTH) throw new YamlFault(offset, 'values are nested too deeply')
    if (!MARKERS.has(part)) offset += part.length
  }
  tokens.push(...parser.end())
  return {tokens, end: text.length}
}

const isNothing = (token: CST.Token): boolean =>
  token.type !== 'document' || (!token.value && !token.start.some(({type}) => type === 'doc-start'))

const firstFault = (errors: readonly YAMLError[]): YamlFault | undefined => {
  const [first] = errors.toSorted((one, other) => one.pos[0] - other.pos[0])
  return first && new YamlFault(first.pos[0], yamlCause(first.code, first.message))
}

const checkDirective = (source: string, offset: number): void => {
  const [name, version] = source.trim().split(/\s+/)
  if (name === '%YAML' && version !== '1.1') throw new YamlFault(offset, 'a YAML version other than 1.1')
  if (name !== '%YAML' && name !== '%TAG') throw new YamlFault(offset, 'an unknown directive (%)')
}
