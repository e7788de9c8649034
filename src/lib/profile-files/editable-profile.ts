import {formatLike} from '../base/json-layout.ts'
import {parseCliConfig} from './cli-config.ts'
import type {Profile} from './profile.ts'

/** New values of fields, by their names in the file. */
export type ProfileChanges = Readonly<Record<string, string | number>>

/** A profile in the text of a config.json. */
export interface EditableProfile {
  readonly profile: Profile
  /** All of the profile as JSON, known and unknown keys: two are equal when nothing in it has changed. */
  readonly snapshot: string
  /** The whole text with other values in this profile, and everything else as it was. */
  edit(changes: ProfileChanges): string
}

type JsonObject = Record<string, unknown>

const BYTE_ORDER_MARK = '\uFEFF'

/**
 * Finds a profile in the text of the aliyun CLI's config.json, for changing it there. Keys that nobody here knows, the
 * order of keys, indentation, line ends and a byte order mark stay.
 *
 * @param path - for messages
 * @returns undefined when there is no such profile
 * @throws AckError `CredentialFileInvalid`; the message never quotes the content
 */
export const editableProfile = (text: string, path: string, name: string): EditableProfile | undefined => {
  const mark = text.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK : ''
  const json = text.slice(mark.length)
  const {profiles} = parseCliConfig(json, path)
  const index = profiles.findIndex((candidate) => candidate.name === name)
  const profile = profiles[index]
  if (!profile) return undefined
  const open = (): {config: JsonObject; entry: JsonObject} => {
    const config = JSON.parse(json) as JsonObject
    const list = config[actualKey(config, 'profiles')] as JsonObject[]
    return {config, entry: list[index] ?? {}}
  }
  return {
    profile,
    snapshot: JSON.stringify(open().entry),
    edit: (changes) => {
      const {config, entry} = open()
      for (const [field, value] of Object.entries(changes)) entry[actualKey(entry, field)] = value
      return mark + formatLike(json, config)
    },
  }
}

// Keys are read in any case, and the last of equal ones counts.
const actualKey = (object: JsonObject, name: string): string =>
  Object.keys(object).findLast((key) => key.toLowerCase() === name) ?? name
