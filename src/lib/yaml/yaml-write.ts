import {isDeepStrictEqual} from 'node:util'

import type {Document, Node} from 'yaml'
import type * as YamlModule from 'yaml'

import {isJsonObject, type JsonObject} from '../base/json-object.ts'

type Library = Pick<typeof YamlModule, 'Document' | 'isCollection' | 'isMap' | 'isSeq' | 'parseDocument' | 'visit'>

/** Text that every YAML version and parser reads as text; the library quotes words such as `on` itself. */
const PLAIN = /^(?:--?)?[A-Za-z/][\w./:@+=,-]*$/

/** Formats a value in block style, without wrapping lines. */
export const formatValue = (library: Library, value: unknown, areListsIndented: boolean): string => {
  const document = new library.Document(null, {version: '1.1', compat: 'core'})
  document.contents = createNode(library, document, value)
  const text = print(document, areListsIndented, {blockQuote: false, doubleQuotedAsJSON: true})
  return escapeUnsafe(text)
}

/** Escapes what Go refuses or takes for a line end, in a text that has such characters in double quotes only, as JSON. */
export const escapeUnsafe = (text: string): string =>
  text.replaceAll(REFUSED_CHARACTERS, escape).replaceAll('\uFEFF', escape)

// Go reads 12:30 and dates as text.
const isGoTag = (tag: unknown): boolean => {
  const {tag: name, format} = tag as {tag?: string; format?: string}
  return name !== 'tag:yaml.org,2002:timestamp' && format !== 'TIME'
}

const READ_OPTIONS = {
  version: '1.1',
  customTags: <T>(tags: T[]): T[] => tags.filter(isGoTag),
  intAsBigInt: true,
  logLevel: 'silent',
  prettyErrors: false,
  uniqueKeys: false,
} as const

/**
 * Changes a document from one value to another, and prints it in the library's layout.
 *
 * @throws the library's error, which may quote the text, if the change takes away what an alias refers to
 */
export const rewriteText = (
  library: Library,
  text: string,
  before: unknown,
  after: unknown,
  areListsIndented: boolean,
): string => {
  const document: Document = library.parseDocument(text, READ_OPTIONS)
  rewriteNode(library, document, document.contents, before, after)
  // None of them stands in what was read: what is printed now is of a value in quotes.
  return print(document, areListsIndented, {}).replaceAll(REFUSED_CHARACTERS, escape)
}

const print = (document: Document, areListsIndented: boolean, options: object): string =>
  document.toString({lineWidth: 0, indentSeq: areListsIndented, ...options})

// YAML 1.1 breaks lines at some of these, and Go refuses the others. They only occur in quoted text.
const REFUSED_CHARACTERS = /[\u007F-\u009F\u2028\u2029\uFFFE\uFFFF]/g
const escape = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

const createNode = (library: Library, document: Document, value: unknown): Node => {
  const node = document.createNode(value, {aliasDuplicateObjects: false})
  library.visit(node, {
    Scalar: (_key, scalar) => {
      if (typeof scalar.value === 'string' && !PLAIN.test(scalar.value)) scalar.type = 'QUOTE_DOUBLE'
    },
  })
  return node
}

const rewriteNode = (library: Library, document: Document, node: unknown, before: unknown, after: unknown): void => {
  if (!library.isCollection(node)) return
  const [old, wanted] = [Object(before) as JsonObject, Object(after) as JsonObject]
  for (const key of Object.keys(old)) if (!Object.hasOwn(wanted, key)) node.delete(key)
  for (const [key, value] of Object.entries(wanted)) {
    if (isDeepStrictEqual(old[key], value)) continue
    const child = node.get(key, true)
    const isSameKind = library.isMap(child) ? isJsonObject(value) : library.isSeq(child) && Array.isArray(value)
    if (isSameKind) rewriteNode(library, document, child, old[key], value)
    else node.set(library.isSeq(node) ? Number(key) : key, createNode(library, document, value))
  }
}
