import {parseJson, tryParseJson} from './json-object.ts'

/**
 * JSON as a tree that keeps what JavaScript's own values lose: the digits of large numbers, the order of all names, names
 * that stand twice, and how texts were escaped.
 */
export type JsonNode = JsonObjectNode | JsonArrayNode | JsonScalar

/** Where something stands in the text that was parsed: from its first character to behind its last one. */
export interface JsonSpan {
  readonly start: number
  readonly end: number
}

interface Placed {
  /** Absent for what is not from a text. */
  readonly span?: JsonSpan
}

export interface JsonObjectNode extends Placed {
  readonly kind: 'object'
  readonly members: readonly JsonMember[]
}

export interface JsonArrayNode extends Placed {
  readonly kind: 'array'
  readonly items: readonly JsonNode[]
}

/** A text, number, boolean or null. */
export interface JsonScalar extends Placed {
  readonly kind: 'scalar'
  /** As it is written in JSON. */
  readonly written: string
}

export interface JsonMember extends Placed {
  readonly name: string
  /** The name as it is written in JSON, with its quotation marks. */
  readonly written: string
  readonly value: JsonNode
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g

/** Parses JSON (RFC 8259); undefined for anything else, and for what is nested too deeply. */
export const parseLossless = (text: string): JsonNode | undefined => {
  if (tryParseJson(text) === undefined) return undefined
  // It is valid: from here on every token is where it may be.
  const tokens = text.match(TOKEN) ?? []
  let at = 0
  /** Of the last token. */
  let span = {start: 0, end: 0}
  const next = (): string => {
    const token = tokens[at++] ?? ''
    // Nothing but white space is between two tokens.
    const start = text.indexOf(token, span.end)
    span = {start, end: start + token.length}
    return token
  }
  const skip = (separator: string): boolean => tokens[at] === separator && Boolean(next())
  const since = ({start}: JsonSpan): JsonSpan => ({start, end: span.end})
  const node = (): JsonNode => {
    const written = next()
    const first = span
    if (written === '{') return {kind: 'object', members: sequence('}', member), span: since(first)}
    if (written === '[') return {kind: 'array', items: sequence(']', node), span: since(first)}
    return {kind: 'scalar', written, span}
  }
  const member = (): JsonMember => {
    const written = next()
    const first = span
    skip(':')
    return {name: parseJson(written) as string, written, value: node(), span: since(first)}
  }
  const sequence = <T>(end: string, read: () => T): readonly T[] => {
    const found: T[] = []
    while (!skip(end)) {
      found.push(read())
      skip(',')
    }
    return found
  }
  return node()
}

/**
 * Writes JSON.
 *
 * @param indent - for each level; without it, everything stands on one line and without blanks
 */
export const writeLossless = (node: JsonNode, indent = ''): string => write(node, indent, indent === '' ? '' : '\n')

const write = (node: JsonNode, indent: string, newline: string): string => {
  if (node.kind === 'scalar') return node.written
  const inner = newline + indent
  const colon = newline === '' ? ':' : ': '
  const parts =
    node.kind === 'array'
      ? node.items.map((item) => write(item, indent, inner))
      : node.members.map(({written, value}) => `${written}${colon}${write(value, indent, inner)}`)
  const [open, close] = node.kind === 'array' ? '[]' : '{}'
  return parts.length === 0 ? `${open}${close}` : `${open}${inner}${parts.join(`,${inner}`)}${newline}${close}`
}

/** A value of JavaScript as a node. */
export const nodeOf = (value: unknown): JsonNode =>
  parseLossless(JSON.stringify(value)) ?? {kind: 'scalar', written: 'null'}

/** The text of a node; undefined if it is none. */
export const textOfNode = (node: JsonNode | undefined): string | undefined =>
  node?.kind === 'scalar' && node.written.startsWith('"') ? (parseJson(node.written) as string) : undefined

/** The texts of a node that is one text, or a list of texts; undefined for anything else. */
export const textsOfNode = (node: JsonNode | undefined): readonly string[] | undefined => {
  const items = node?.kind === 'array' ? node.items : node ? [node] : []
  const texts = items.map(textOfNode)
  return texts.every((text) => text !== undefined) && node ? texts : undefined
}

/** A member's value; undefined if there is none, or if it stands twice. */
export const memberOf = (node: JsonNode | undefined, name: string): JsonNode | undefined => {
  const found = node?.kind === 'object' ? node.members.filter((member) => member.name === name) : []
  return found.length === 1 ? found[0]?.value : undefined
}

/** The object with another value of a member, which keeps its place; a new one comes last. */
export const withMember = (node: JsonObjectNode, name: string, value: JsonNode): JsonObjectNode => {
  const isThere = node.members.some((member) => member.name === name)
  const added = isThere ? [] : [{name, written: JSON.stringify(name), value}]
  return {
    kind: 'object',
    members: [...node.members.map((member) => (member.name === name ? {...member, value} : member)), ...added],
  }
}
