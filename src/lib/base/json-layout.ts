import {isDeepStrictEqual} from 'node:util'

import {isJsonObject, parseJson, type JsonObject} from './json-object.ts'
import {nodeOf, parseLossless, writeLossless, type JsonMember, type JsonNode} from './lossless-json.ts'

/**
 * Formats a value as JSON in the layout of another JSON text: its indentation, line ends, and surrounding white space.
 * What is the same in both is written as it is there, with all its digits and with names that stand twice.
 */
export const formatLike = (original: string, value: JsonObject): string => {
  const trimmed = original.trim()
  const indent = /\n([ \t]+)"/.exec(trimmed)?.[1] ?? (trimmed.includes('\n') ? '\t' : '')
  const lineEnd = trimmed.includes('\r\n') ? '\r\n' : '\n'
  const start = original.slice(0, original.length - original.trimStart().length)
  const end = original.slice(original.trimEnd().length)
  return start + writeLossless(writtenLike(parseLossless(trimmed), value), indent).replaceAll('\n', lineEnd) + end
}

const valueOf = (node: JsonNode): unknown => parseJson(writeLossless(node))

/** The node of a value, with all that is the same in another node. */
const writtenLike = (before: JsonNode | undefined, value: unknown): JsonNode => {
  if (!before) return nodeOf(value)
  if (isDeepStrictEqual(valueOf(before), value)) return before
  if (before.kind === 'array' && Array.isArray(value)) {
    // Where one was removed, the others have moved up.
    const same = new Map(before.items.map((item) => [JSON.stringify(valueOf(item)), item]))
    const items = value.map((item, index) => same.get(JSON.stringify(item)) ?? writtenLike(before.items[index], item))
    return {kind: 'array', items}
  }
  if (before.kind !== 'object' || !isJsonObject(value)) return nodeOf(value)
  // The last of equal names is the one that counts.
  const last = new Map(before.members.map((member) => [member.name, member]))
  const kept = before.members.filter(({name}) => Object.hasOwn(value, name))
  const added = Object.keys(value).filter((name) => !last.has(name))
  return {
    kind: 'object',
    members: [
      ...kept.map((member): JsonMember => {
        const {name, written} = member
        return last.get(name) === member ? {name, written, value: writtenLike(member.value, value[name])} : member
      }),
      ...added.map((name) => ({name, written: JSON.stringify(name), value: nodeOf(value[name])})),
    ],
  }
}
