import type {Document, YAMLError} from 'yaml'
import type * as YamlModule from 'yaml'

import {thrownCause, yamlCause} from './yaml-cause.ts'
import {outline} from './yaml-outline.ts'
import type {TextFault, Yaml, YamlText} from './yaml-text.ts'
import {formatValue, rewriteText} from './yaml-write.ts'

/** The limit of aliases, against documents that expand without bound. */
const MAX_ALIASES = 10_000

// Go reads 12:30 and dates as text.
const isGoTag = (tag: unknown): boolean => {
  const {tag: name, format} = tag as {tag?: string; format?: string}
  return name !== 'tag:yaml.org,2002:timestamp' && format !== 'TIME'
}

const READ_OPTIONS = {
  version: '1.1',
  customTags: <T>(tags: T[]): T[] => tags.filter(isGoTag),
  intAsBigInt: true,
  keepSourceTokens: true,
  logLevel: 'error',
  prettyErrors: false,
  stringKeys: true,
} as const

type Library = typeof YamlModule

/** Loads the library `yaml`, which is slow to load: on use, and only here. */
export const loadYaml = async (): Promise<Yaml> => {
  const library = await import('yaml')
  return {
    parse: (text) => parse(library, text),
    parseTexts: (text) => parseTexts(library, text),
    format: (value, areListsIndented) => formatValue(library, value, areListsIndented),
    rewrite: (text, before, after, areListsIndented) =>
      rewriteText(library, library.parseDocument(text, READ_OPTIONS), before, after, areListsIndented),
  }
}

const parse = (library: Library, text: string): YamlText | TextFault => {
  try {
    const document: Document = library.parseDocument(text, READ_OPTIONS)
    const aliases = countAliases(library, document)
    const fault = firstFault(document.errors) ?? aliases.unresolved
    if (fault) return fault
    const value: unknown = document.toJS({maxAliasCount: MAX_ALIASES})
    if (hasCycle(value)) return {offset: 0, cause: 'an alias (*) inside its own anchor (&)'}
    const {contents} = document
    const isEmpty = library.isScalar(contents) && contents.value === null && contents.source === ''
    return {
      root: contents && !isEmpty ? outline(library, text, contents) : undefined,
      value,
      hasAliases: aliases.count > 0,
      commentsIn: (start, end) => commentsIn(library, text, start, end),
    }
  } catch (error) {
    return {offset: 0, cause: thrownCause(error)}
  }
}

const parseTexts = ({parse}: Library, text: string): unknown => {
  try {
    return parse(text, {schema: 'failsafe', prettyErrors: false, logLevel: 'silent'})
  } catch {
    return undefined
  }
}

const firstFault = (errors: readonly YAMLError[]): TextFault | undefined => {
  const [first] = errors.toSorted((one, other) => one.pos[0] - other.pos[0])
  return first && {offset: first.pos[0], cause: yamlCause(first.code, first.message)}
}

const countAliases = (
  library: Library,
  document: Document,
): {readonly count: number; readonly unresolved: TextFault | undefined} => {
  const anchors = new Set<string>()
  let count = 0
  let unresolved: TextFault | undefined
  library.visit(document, {
    Node: (_key, node) => {
      if (!library.isAlias(node)) {
        if (node.anchor !== undefined) anchors.add(node.anchor)
        return
      }
      count += 1
      if (!anchors.has(node.source))
        unresolved ??= {offset: node.range?.[0] ?? 0, cause: 'an alias (*) without its anchor (&)'}
    },
  })
  return {count, unresolved}
}

const hasCycle = (root: unknown): boolean => {
  const above = new Set<unknown>()
  const done = new Set<unknown>()
  const visit = (value: unknown): boolean => {
    if (typeof value !== 'object' || value === null || done.has(value)) return false
    if (above.has(value)) return true
    above.add(value)
    const found = Object.values(value).some(visit)
    above.delete(value)
    done.add(value)
    return found
  }
  return visit(root)
}

interface Token {
  readonly type: string
  readonly offset: number
  readonly source: string
}

const commentsIn = (library: Library, text: string, start: number, end: number): readonly string[] => {
  if (!text.slice(start, end).includes('#')) return []
  const comments: Token[] = []
  const collect = (part: unknown): void => {
    if (typeof part !== 'object' || part === null) return
    const token = part as Token
    if (token.type === 'comment') comments.push(token)
    else for (const child of Object.values(part)) collect(child)
  }
  for (const token of new library.Parser().parse(text)) collect(token)
  return comments.filter(({offset}) => offset >= start && offset < end).map(({source}) => source)
}
