import {isDeepStrictEqual} from 'node:util'

import {isJsonObject, type JsonObject} from '../../base/json-object.ts'
import type {TextFault, YamlNode, YamlPath, YamlText} from '../../yaml/yaml-text.ts'
import {ENTRY_KINDS, entriesOf, INNER_KEYS, nameOf} from './kubeconfig-changes.ts'
import {typeFault, type TypeFault} from './kubeconfig-types.ts'

/** Finds the first fault for which kubectl would not read a kubeconfig. */
export const kubeconfigFault = (parsed: YamlText): TextFault | undefined => {
  const {root, value} = parsed
  if (!root || value === null) return undefined
  if (!isJsonObject(value)) return {offset: root.start, cause: 'the file is not a mapping'}
  const fault = kindFault(value) ?? typeFault(value) ?? namesFault(value)
  return fault && {offset: valueOffset(parsed, root, fault.path), cause: fault.cause}
}

const kindFault = (config: JsonObject): TypeFault | undefined => {
  for (const [key, expected] of [
    ['apiVersion', 'v1'],
    ['kind', 'Config'],
  ] as const) {
    // In any case, and the last one wins: unlike all other fields.
    const written = Object.keys(config)
      .filter((name) => name.toLowerCase() === key.toLowerCase() && config[name] !== null)
      .toSorted()
    const other = written.find((name) => typeof config[name] !== 'string') ?? written.at(-1)
    if (other !== undefined && config[other] !== '' && config[other] !== expected)
      return {path: [other], cause: `${key} is not ${expected}`}
  }
  return undefined
}

/** kubectl refuses names that stand twice, also empty ones; of extensions, only if the one before has a content. */
const namesFault = (config: JsonObject): TypeFault | undefined => {
  for (const kind of ENTRY_KINDS) {
    const entries = entriesOf(config, kind)
    const fault = repeatedName(entries, [kind], kind) ?? extensionsFault(entries, [kind], INNER_KEYS[kind])
    if (fault) return fault
  }
  return extensionsFault([config], [], '') ?? extensionsFault([config], [], 'preferences')
}

const repeatedName = (
  entries: readonly (JsonObject | null)[],
  path: YamlPath,
  list: string,
  counts = (_entry: JsonObject | null): boolean => true,
): TypeFault | undefined => {
  const names = new Set<string>()
  for (const [index, entry] of entries.entries()) {
    const name = nameOf(entry)
    if (names.has(name))
      return {path: [...path, index, 'name'], cause: `two entries of ${list} have the same name${name ? '' : ': none'}`}
    if (counts(entry)) names.add(name)
  }
  return undefined
}

/** @param innerKey - the field of each entry that has the extensions; empty if it is the entry itself */
const extensionsFault = (
  entries: readonly (JsonObject | null)[],
  path: YamlPath,
  innerKey: string,
): TypeFault | undefined => {
  for (const [index, entry] of entries.entries()) {
    const inner = innerKey === '' ? entry : entry?.[innerKey]
    const list = isJsonObject(inner) ? inner['extensions'] : undefined
    if (!Array.isArray(list)) continue
    const above = [...path, ...(path.length > 0 ? [index] : []), ...(innerKey === '' ? [] : [innerKey]), 'extensions']
    const hasContent = (extension: JsonObject | null): boolean => (extension?.['extension'] ?? null) !== null
    const fault = repeatedName(list as readonly (JsonObject | null)[], above, 'extensions', hasContent)
    if (fault) return fault
  }
  return undefined
}

/** The offset of a value, also of one in brackets; else that of its closest ancestor. Of equal keys the last one counts. */
const valueOffset = ({scalars}: YamlText, root: YamlNode, path: YamlPath): number => {
  const scalar = scalars().findLast((candidate) => isDeepStrictEqual(candidate.path, path))
  return Math.max(offsetOf(root, path), scalar?.start ?? 0)
}

/** The offset of the value at a path of keys and indexes, or of its closest ancestor that has a position of its own. */
export const offsetOf = (root: YamlNode, path: YamlPath): number => {
  let {start: offset, slots} = root
  for (const step of path) {
    const slot = typeof step === 'number' ? slots[step] : slots.findLast(({key}) => key === step)
    if (!slot) break
    offset = slot.start
    slots = slot.node.slots
  }
  return offset
}
