import {
  parseLossless,
  textOfNode,
  writeLossless,
  type JsonMember,
  type JsonNode,
  type JsonObjectNode,
  type JsonSpan,
} from '../base/lossless-json.ts'
import {parseCliConfig} from './cli-config.ts'
import {invalidFile, type Profile} from './profile.ts'

/** New values of fields, by their names in the file. */
export type ProfileChanges = Readonly<Record<string, string | number>>

/** A profile in the text of a config.json. */
export interface EditableProfile {
  readonly profile: Profile
  /** The whole profile as JSON, with unknown keys: it stays the same while the profile does not change. */
  readonly snapshot: string
  /**
   * Makes certain that these fields can be changed.
   *
   * @throws AckError `CredentialFileInvalid` where a name on the way to one of them stands twice: programs differ in which
   *   one they read, and the new value could be lost
   */
  refuseIfUnclear(fields: readonly string[]): void
  /**
   * The whole text with the changes in this profile; every other character stays.
   *
   * @throws AckError what {@link refuseIfUnclear} throws
   */
  edit(changes: ProfileChanges): string
}

const BYTE_ORDER_MARK = '\uFEFF'

/**
 * Opens a profile in the text of the aliyun CLI's config.json for editing. Nothing changes but the values that are given:
 * a new field comes last, laid out like the one before it.
 *
 * @param path - for messages
 * @returns undefined if there is no such profile
 * @throws AckError `CredentialFileInvalid`; the message never quotes the content
 */
export const editableProfile = (text: string, path: string, name: string): EditableProfile | undefined => {
  const mark = text.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK : ''
  const json = text.slice(mark.length)
  const {profiles} = parseCliConfig(json, path)
  const index = profiles.findIndex((candidate) => candidate.name === name)
  const profile = profiles[index]
  if (!profile) return undefined
  const [list] = membersNamed(parseLossless(json), 'profiles')
  const entry = objectIn(list?.value, index)
  const refuseIfUnclear = (fields: readonly string[]): void => {
    const twice = ['name', ...fields].find((field) => membersNamed(entry, field).length > 1)
    if (twice !== undefined)
      throw invalidFile(path, `cannot be changed: "${twice}" stands twice in it (profile number ${index + 1})`)
  }
  return {
    profile,
    snapshot: writeLossless(entry),
    refuseIfUnclear,
    edit: (changes) => {
      refuseIfUnclear(Object.keys(changes))
      return mark + replaceAll(json, splices(json, entry, changes))
    },
  }
}

const objectIn = (list: JsonNode | undefined, index: number): JsonObjectNode => {
  const item = list?.kind === 'array' ? list.items[index] : undefined
  return item?.kind === 'object' ? item : {kind: 'object', members: []}
}

/** New text in place of what stands there. */
interface Splice extends JsonSpan {
  readonly text: string
}

/** The splices of an entry, in the order of the text. */
const splices = (json: string, entry: JsonObjectNode, changes: ProfileChanges): readonly Splice[] => {
  const replaced: Splice[] = []
  let added = ''
  for (const [field, value] of Object.entries(changes)) {
    const [member] = membersNamed(entry, field)
    const text = JSON.stringify(value)
    if (!member) added += `,${before(json, entry)}${JSON.stringify(field)}${colon(json, entry)}${text}`
    else if (!hasValue(member.value, value)) replaced.push({...spanOf(member.value), text})
  }
  replaced.sort((one, other) => one.start - other.start)
  if (added === '') return replaced
  const last = entry.members.at(-1)
  const end = last ? spanOf(last).end : spanOf(entry).start + 1
  return [...replaced, {start: end, end, text: last ? added : added.slice(1)}]
}

const hasValue = (node: JsonNode, value: string | number): boolean =>
  typeof value === 'string'
    ? textOfNode(node) === value
    : node.kind === 'scalar' && node.written === JSON.stringify(value)

/** The white space before the last field. */
const before = (json: string, {members}: JsonObjectNode): string => {
  const last = members.at(-1)
  const head = json.slice(0, last ? spanOf(last).start : 0)
  return head.slice(head.trimEnd().length)
}

/** What stands between the name of the last field and its value. */
const colon = (json: string, {members}: JsonObjectNode): string => {
  const last = members.at(-1)
  return last ? json.slice(spanOf(last).start + last.written.length, spanOf(last.value).start) : ':'
}

const replaceAll = (json: string, all: readonly Splice[]): string => {
  let text = ''
  let at = 0
  for (const {start, end, text: own} of all) {
    text += json.slice(at, start) + own
    at = end
  }
  return text + json.slice(at)
}

const spanOf = ({span}: JsonNode | JsonMember): JsonSpan => {
  if (span) return span
  throw new TypeError('a node that was not parsed')
}

/** The members of an object with a name, in any case, as the aliyun CLI reads them. */
const membersNamed = (node: JsonNode | undefined, name: string): readonly JsonMember[] =>
  node?.kind === 'object' ? node.members.filter((member) => member.name.toLowerCase() === name) : []
