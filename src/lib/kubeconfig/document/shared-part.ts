import {isDeepStrictEqual} from 'node:util'

import {isJsonObject, type JsonObject} from '../../base/json-object.ts'
import type {YamlPath, YamlText} from '../../yaml/yaml-text.ts'
import {offsetOf} from './check-kubeconfig.ts'

/**
 * Where a change fails that would change other parts of the document, too: at the first part of it that has an anchor or
 * is an alias, else at the first one with fields of a merge key, else at the first part that changes.
 *
 * @param body - the text
 * @returns an offset in it
 */
export const sharedPartOffset = (body: string, {root, value}: YamlText, after: JsonObject): number => {
  if (!root) return 0
  const paths = changedPaths(value, after, [])
  const found = paths.map((path) => sharedSlot(body, {root, value}, path))
  const offsetsOf = (cause: SharedPart['cause']): readonly number[] =>
    found.flatMap((part) => (part?.cause === cause ? [part.offset] : []))
  const all = [offsetsOf('anchor'), offsetsOf('merge'), paths.map((path) => offsetOf(root, path))]
  const offsets = all.find(({length}) => length > 0) ?? []
  return offsets.reduce((first, offset) => Math.min(first, offset), root.end)
}

interface SharedPart {
  readonly offset: number
  readonly cause: 'anchor' | 'merge'
}

/** The deepest values that differ; of a list that gets longer or shorter the list, too. */
const changedPaths = (before: unknown, after: unknown, path: YamlPath): readonly YamlPath[] => {
  if (isDeepStrictEqual(before, after)) return []
  if (Array.isArray(before) && Array.isArray(after)) {
    if (after.length < before.length) return [path]
    const items = before.flatMap((item, index) => changedPaths(item, after[index], [...path, index]))
    return after.length === before.length ? items : [path, ...items]
  }
  if (!isJsonObject(before) || !isJsonObject(after)) return [path]
  const keys = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...keys].flatMap((key) => changedPaths(before[key], after[key], [...path, key]))
}

/** The first part on the way to a value that is not the value's own. */
const sharedSlot = (
  body: string,
  {root, value}: Pick<YamlText, 'root' | 'value'>,
  path: YamlPath,
): SharedPart | undefined => {
  let [node, at] = [root, value]
  for (const step of path) {
    const slot = typeof step === 'number' ? node?.slots[step] : node?.slots.findLast(({key}) => key === step)
    const inside = (at as Readonly<Record<string | number, unknown>> | null | undefined)?.[step]
    if (!node || !slot) return node && inside !== undefined ? {offset: node.start, cause: 'merge'} : undefined
    // Between a key and its value there is nothing else but a tag, and comments.
    const between = body.slice(slot.indicatorEnd, slot.node.start).replaceAll(/#.*/g, '')
    if (slot.node.kind === 'alias' || between.includes('&')) return {offset: slot.start, cause: 'anchor'}
    node = slot.node
    at = inside
  }
  return undefined
}
