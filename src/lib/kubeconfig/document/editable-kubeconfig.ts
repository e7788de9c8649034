import {isDeepStrictEqual} from 'node:util'

import {AckError} from '../../base/errors.ts'
import {formatLike} from '../../base/json-layout.ts'
import {isJsonObject, parseJsonObject, type JsonObject} from '../../base/json-object.ts'
import {oddCharacter} from '../../yaml/odd-character.ts'
import {spliceYaml} from '../../yaml/splice-yaml.ts'
import {columnOf, lineNumber} from '../../yaml/text-lines.ts'
import {loadYaml} from '../../yaml/yaml-library.ts'
import type {TextFault, Yaml, YamlText} from '../../yaml/yaml-text.ts'
import {escapeUnsafe} from '../../yaml/yaml-write.ts'
import {kubeconfigFault} from './check-kubeconfig.ts'
import {
  applyChanges,
  entriesOf,
  INNER_KEYS,
  nameOf,
  NEW_CONFIG,
  toJson,
  type EntryKind,
  type KubeconfigChanges,
} from './kubeconfig-changes.ts'
import {sharedPartOffset} from './shared-part.ts'

/** The text of a kubeconfig, for reading and for minimal changes. */
export interface EditableKubeconfig {
  /** Undefined if there is none. */
  readonly currentContext: string | undefined
  /** The names of the entries of a list, in their order. */
  names(kind: EntryKind): readonly string[]
  /** The inner object (`cluster`, `user` or `context`) of an entry; undefined if there is no such entry. */
  entry(kind: EntryKind, name: string): JsonObject | undefined
  /**
   * The text with the changes. Every character outside of the changed entries stays. The result has been parsed and
   * compared: it is the old content plus the changes.
   *
   * @throws AckError `KubeconfigInvalid` if an entry cannot be changed, since it shares an anchor with others
   */
  edit(changes: KubeconfigChanges): string
}

const BYTE_ORDER_MARK = '\uFEFF'

/**
 * Opens the text of a kubeconfig, in YAML or JSON. An empty text, or one of comments only, is a kubeconfig without
 * entries.
 *
 * @param path - for messages
 * @throws AckError `KubeconfigInvalid`, with line and cause; the message never quotes the text
 */
export const openKubeconfig = async (text: string, path: string): Promise<EditableKubeconfig> => {
  const mark = text.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK : ''
  const body = text.slice(mark.length)
  const yaml = await loadYaml()
  const failAt = ({offset, cause}: TextFault): AckError =>
    invalid(`${path}, line ${lineNumber(body, offset)}: ${cause}`)
  const parsed = oddCharacter(body) ?? yaml.parse(body)
  const fault = 'cause' in parsed ? parsed : kubeconfigFault(parsed)
  if (fault || 'cause' in parsed) throw failAt(fault ?? {offset: 0, cause: ''})
  const value = parsed.root && isJsonObject(parsed.value) ? parsed.value : NEW_CONFIG
  return {
    currentContext: (value['current-context'] as string | undefined) || undefined,
    names: (kind) => entriesOf(value, kind).map(nameOf),
    entry: (kind, name) => findEntry(value, kind, name),
    edit: (changes) => {
      const after = applyChanges(value, changes)
      if (isDeepStrictEqual(after, value)) return text
      for (const candidate of candidates(yaml, body, parsed, after)) {
        const edited = attempt(candidate)
        if (edited !== undefined && isVerified(yaml, edited, after)) return mark + edited
      }
      throw failAt({offset: sharedPartOffset(body, parsed, after), cause: SHARED})
    },
  }
}

const SHARED = 'cannot change an entry that shares an anchor (&) with others, or has fields of a merge key (<<)'

const findEntry = (value: JsonObject, kind: EntryKind, name: string): JsonObject | undefined => {
  const entry = entriesOf(value, kind).find((candidate) => nameOf(candidate) === name)
  return entry === undefined ? undefined : (toJson(entry?.[INNER_KEYS[kind]] ?? {}) as JsonObject)
}

/** Ways to write the changed value; the one that keeps most of the text comes first. */
const candidates = (yaml: Yaml, body: string, parsed: YamlText, after: JsonObject): readonly (() => string)[] => {
  const areIndented = areListsIndented(body, parsed)
  const inYaml = [
    () => spliceYaml(body, parsed, after, (part) => yaml.format(part, areIndented)),
    () => yaml.rewrite(body.slice(0, parsed.end), parsed.value, after, areIndented) + body.slice(parsed.end),
  ]
  const inJson = (): string => escapeUnsafe(formatLike(body, toJson(after) as JsonObject))
  return parseJsonObject(body) ? [inJson, ...inYaml] : inYaml
}

/** A library that cannot make a change throws, and may quote the text. */
const attempt = (candidate: () => string): string | undefined => {
  try {
    return candidate()
  } catch {
    return undefined
  }
}

const isVerified = (yaml: Yaml, text: string, expected: JsonObject): boolean => {
  const read = oddCharacter(text) ?? yaml.parse(text)
  return !('cause' in read) && kubeconfigFault(read) === undefined && isDeepStrictEqual(read.value, expected)
}

const areListsIndented = (body: string, {root}: YamlText): boolean => {
  const list = root?.slots.findLast(({node}) => node.kind === 'list' && node.isBlock)
  const [first] = list?.node.slots ?? []
  return list !== undefined && first !== undefined && columnOf(body, first.start) > columnOf(body, list.start)
}

const invalid = (message: string): AckError =>
  new AckError(
    'KubeconfigInvalid',
    message,
    'correct the file (it was not changed), or name another one with --kubeconfig',
  )
