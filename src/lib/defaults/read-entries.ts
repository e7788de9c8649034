import {AckError} from '../base/errors.ts'
import {isJsonObject} from '../base/json-object.ts'
import {oddCharacter} from '../yaml/odd-character.ts'
import type {WrittenEntry} from '../yaml/plain-mapping.ts'
import {loadYaml} from '../yaml/yaml-library.ts'
import type {YamlSlot, YamlText} from '../yaml/yaml-text.ts'

/** The error for a defaults file that cannot be used. */
export const invalidConfig = (message: string, nextStep: string): AckError =>
  new AckError('ConfigInvalid', message, nextStep)

/** Nothing of what somebody wrote is shown unless it looks like the name of an option. */
export const shownKey = (key: string): string => (/^[a-zA-Z][\w.-]{0,39}$/.test(key) ? key : 'a key')

/**
 * Reads the keys of a YAML document that is one mapping in block style, each key once.
 *
 * @param path - for messages
 * @throws AckError `ConfigInvalid`; the message never quotes the text
 */
export const readEntries = async (text: string, path: string): Promise<readonly WrittenEntry[]> => {
  const parsed = oddCharacter(text) ?? (await loadYaml()).parse(text)
  const line = (offset: number): number => text.slice(0, offset).split('\n').length
  const at = (offset: number): string => `${path}:${line(offset)}`
  if ('cause' in parsed) throw invalidConfig(`${at(parsed.offset)} is not YAML: ${parsed.cause}`, 'correct the file')
  const {root, value, end} = parsed
  if (/^(?!---|\.\.\.|#)\S/m.test(text.slice(end)))
    throw invalidConfig(`${at(end)} begins another document, which would not be read`, 'write one document')
  if (root === undefined) return []
  if (!isJsonObject(value) || !root.isBlock)
    throw invalidConfig(
      `${at(root.start)} is not a list of options`,
      'write one option in a line, such as `timeout: 30s`',
    )
  const slots = new Map<string, YamlSlot>()
  for (const slot of root.slots) {
    const before = slots.get(slot.key)
    if (before)
      throw invalidConfig(
        `${at(slot.start)}: ${shownKey(slot.key)} is also in line ${line(before.start)}`,
        'keep one of them',
      )
    slots.set(slot.key, slot)
  }
  const numbers = writtenNumbers(parsed, text)
  return Object.entries(value).map(([key, value]) => ({
    key,
    value: numbers.get(key) ?? value,
    line: line((slots.get(key) ?? slots.get('<<'))?.start ?? 0),
  }))
}

/** Numbers as they are written: an ID is text, be it made of digits only. */
const writtenNumbers = (parsed: YamlText, text: string): ReadonlyMap<string, string> =>
  new Map(
    parsed
      .scalars()
      .filter(({path, value}) => path.length === 1 && (typeof value === 'number' || typeof value === 'bigint'))
      .map(({path, start, end}) => [String(path[0]), text.slice(start, end)]),
  )
