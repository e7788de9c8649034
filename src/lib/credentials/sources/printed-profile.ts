import {parseJsonDigits, parseJsonObject, type JsonObject} from '../../base/json-object.ts'
import {AckError} from '../../base/errors.ts'
import {textFields} from '../../profile-files/cli-config.ts'
import {CORRECT_THE_PROGRAM} from '../../profile-files/profile-fields.ts'
import type {Profile} from '../../profile-files/profile.ts'

/**
 * The JSON object that a program has printed: all of its stdout, else the first `{…"mode"…}` in it without inner braces,
 * as in the aliyun CLI. Its numbers are the texts of their digits.
 *
 * @returns undefined if there is none
 */
export const printedObject = (stdout: string): JsonObject | undefined => {
  const text = stdout.replace(/^\uFEFF/, '').trim()
  const whole = parseJsonObject(text, parseJsonDigits)
  if (whole) return whole
  for (const [fragment] of text.matchAll(/\{[^{}]*\}/g)) {
    const object = parseJsonObject(fragment, parseJsonDigits)
    if (object && Object.keys(object).some((key) => key.toLowerCase() === 'mode')) return object
  }
  return undefined
}

/**
 * A printed object as a profile, with the fields of config.json in any case. Only the presence of a mode is checked.
 *
 * @param description - of the profile that holds the command, for messages
 * @throws AckError `ProcessFailed`, also when a field is read that is not text; the message never quotes the object
 */
export const printedProfile = (printed: JsonObject, description: string): Profile => {
  const complain = (what: string): AckError =>
    new AckError('ProcessFailed', `the process_command of ${description} printed ${what}`, CORRECT_THE_PROGRAM)
  const field = textFields(printed, (name) => complain(`a JSON object whose "${name}" is not text`))
  if (field('mode') === '') throw complain('a JSON object without a "mode"')
  return {
    name: field('name') || 'output of process_command',
    file: description,
    writtenIn: 'output',
    kind: field('mode'),
    field,
  }
}
