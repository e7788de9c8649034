import {isJsonObject, type JsonObject} from '../../base/json-object.ts'
import {ENTRY_KINDS, type EntryKind, INNER_KEYS} from './kubeconfig-changes.ts'
import type {TextFault, YamlNode, YamlText} from '../../yaml/yaml-text.ts'

/**
 * Finds the first fault in the parts of a kubeconfig that are used here: the three lists, the names of their entries, and
 * the current context.
 */
export const kubeconfigFault = ({root, value}: YamlText): TextFault | undefined => {
  if (!root) return undefined
  if (!isJsonObject(value)) return {offset: root.start, cause: 'the file is not a mapping'}
  const at = (...path: readonly (string | number)[]): number => offsetOf(root, path)
  for (const [key, expected] of [
    ['apiVersion', 'v1'],
    ['kind', 'Config'],
  ] as const) {
    if (!['', null, undefined, expected].includes(value[key] as string))
      return {offset: at(key), cause: `${key} is not ${expected}`}
  }
  const currentContext = value['current-context'] ?? ''
  if (typeof currentContext !== 'string') return {offset: at('current-context'), cause: notText('current-context')}
  for (const kind of ENTRY_KINDS) {
    const fault = listFault(kind, value[kind] ?? [], at)
    if (fault) return fault
  }
  return undefined
}

type OffsetAt = (...path: readonly (string | number)[]) => number

const listFault = (kind: EntryKind, list: unknown, at: OffsetAt): TextFault | undefined => {
  if (!Array.isArray(list)) return {offset: at(kind), cause: `${kind} is not a list`}
  const names = new Set<unknown>()
  for (const [index, entry] of list.entries()) {
    const cause = isJsonObject(entry) ? entryCause(kind, entry) : `an entry of ${kind} is not a mapping`
    if (cause) return {offset: at(kind, index), cause}
    const {name} = entry as JsonObject
    if (names.has(name)) return {offset: at(kind, index, 'name'), cause: `two entries of ${kind} have the same name`}
    names.add(name)
  }
  return undefined
}

const entryCause = (kind: EntryKind, entry: JsonObject): string | undefined => {
  const innerKey = INNER_KEYS[kind]
  const name = entry['name'] ?? undefined
  if (name === undefined) return `an entry of ${kind} has no name`
  if (typeof name !== 'string') return notText(`the name of an entry of ${kind}`)
  return isJsonObject(entry[innerKey] ?? {}) ? undefined : `${innerKey} of an entry is not a mapping`
}

const notText = (what: string): string => `${what} is not text: put it in quotation marks`

/** The offset of the value at a path of keys and indexes, or of its closest ancestor that has a position of its own. */
export const offsetOf = (root: YamlNode, path: readonly (string | number)[]): number => {
  let {start: offset, slots} = root
  for (const step of path) {
    const slot = typeof step === 'number' ? slots[step] : slots.find(({key}) => key === step)
    if (!slot) break
    offset = slot.start
    slots = slot.node.slots
  }
  return offset
}
