import {parseJson} from '../base/json-object.ts'
import {formatLike} from '../base/json-layout.ts'
import {parseCliConfig} from './cli-config.ts'
import type {Profile} from './profile.ts'

/** New values of fields, by their names in the file. */
export type ProfileChanges = Readonly<Record<string, string | number>>

/** A profile in the text of a config.json. */
export interface EditableProfile {
  readonly profile: Profile
  /** The whole profile as JSON, with unknown keys: it stays the same while the profile does not change. */
  readonly snapshot: string
  /** The whole text with the changes in this profile; everything else stays. */
  edit(changes: ProfileChanges): string
}

type JsonObject = Record<string, unknown>

const BYTE_ORDER_MARK = '\uFEFF'

/**
 * Opens a profile in the text of the aliyun CLI's config.json for editing. Unknown keys, the order of keys, indentation,
 * line ends and a byte order mark stay.
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
  const open = (): {config: JsonObject; entry: JsonObject} => {
    const config = parseJson(json) as JsonObject
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

// Keys are read in any case, and the last of equal keys wins.
const actualKey = (object: JsonObject, name: string): string =>
  Object.keys(object).findLast((key) => key.toLowerCase() === name) ?? name
