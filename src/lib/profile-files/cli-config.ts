import type {AckError} from '../base/errors.ts'
import {isJsonObject, parseJsonDigits, type JsonObject} from '../base/json-object.ts'
import {invalidFile, otherFormat, type Profile, type ProfileFile} from './profile.ts'

/**
 * Parses the aliyun CLI's config.json. Keys are matched in any case, as by the CLI; unknown keys are ignored.
 *
 * @param path - for messages
 * @throws AckError `CredentialFileInvalid`; the message never quotes the content
 */
export const parseCliConfig = (text: string, path: string): ProfileFile => {
  const config = lowerCaseKeys(parseObject(text, path))
  const {current} = config
  if (current !== undefined && current !== null && typeof current !== 'string')
    throw invalidFile(path, 'has a "current" that is not text')
  if (hasTwoLists(text)) throw invalidFile(path, 'has "profiles" twice: programs take one of them, or mix the two')
  const profiles = config['profiles'] ?? []
  if (!Array.isArray(profiles)) throw invalidFile(path, 'has "profiles" that are not a list')
  return {
    path,
    current: current ?? undefined,
    profiles: profiles.map((entry, index) => parseProfile(entry, index, path)),
  }
}

/**
 * Whether valid JSON has `profiles` twice at its top, in any case. Go, and so the aliyun CLI, reads the second list into
 * the profiles of the first one: one that lacks a field then has that of another.
 */
const hasTwoLists = (text: string): boolean => {
  // kubectl waits, and hardly any file has it twice.
  if (text.toLowerCase().split('"profiles"', 3).length < 3) return false
  let depth = 0
  let found = 0
  for (const [token, name, colon] of text.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?|[{}[\]]/g)) {
    if (token === '{' || token === '[') depth += 1
    else if (token === '}' || token === ']') depth -= 1
    else if (depth === 1 && colon !== undefined && name?.toLowerCase() === '"profiles"') found += 1
  }
  return found > 1
}

const parseProfile = (entry: unknown, index: number, file: string): Profile => {
  if (!isJsonObject(entry)) throw invalidFile(file, `has a profile that is not an object (number ${index + 1})`)
  const field = textFields(entry, (key) =>
    invalidFile(file, `has a "${key}" that is not text (profile number ${index + 1})`),
  )
  return {name: field('name'), file, writtenIn: 'config.json', kind: field('mode'), field}
}

/**
 * The fields of a profile in JSON, by their names in any case. A number counts as its digits: of an ID each one matters.
 *
 * @param entry - of {@link parseJsonDigits}
 * @param complaint - the error for a field that is neither text nor number, thrown when the field is read
 */
export const textFields = (entry: JsonObject, complaint: (key: string) => AckError): Profile['field'] => {
  const fields = lowerCaseKeys(entry)
  return (key) => {
    const value = (Object.hasOwn(fields, key) ? fields[key] : undefined) ?? ''
    if (typeof value === 'string') return value
    throw complaint(key)
  }
}

const parseObject = (text: string, path: string): JsonObject => {
  let value: unknown
  try {
    value = parseJsonDigits(text)
  } catch (error) {
    if (!text.trimStart().startsWith('{') && /^\s*\[[^\]"{]+\]\s*$/m.test(text)) throw otherFormat(path, 'JSON')
    throw invalidFile(path, `is not JSON${positionOf(error, text)}`)
  }
  if (!isJsonObject(value)) throw invalidFile(path, 'is not a JSON object')
  return value
}

// Only the position of the parser's message is used: the rest may quote a secret.
const positionOf = (error: unknown, text: string): string => {
  if (text.trim() === '') return ': it is empty'
  const message = String(error)
  const position = Number(/ at position (\d+)/.exec(message)?.[1])
  if (position >= text.trimEnd().length || message.includes('Unexpected end')) return ': it ends too early'
  if (Number.isNaN(position)) return ''
  const before = text.slice(0, position).split('\n')
  return ` (line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1})`
}

const lowerCaseKeys = (object: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key.toLowerCase(), value]))
