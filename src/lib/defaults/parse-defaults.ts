import {isAbsolute} from 'node:path'

import {AckError} from '../base/errors.ts'
import {isJsonObject} from '../base/json-object.ts'
import {ALL_COMMAND_OPTIONS} from '../options/all-commands.ts'
import {GLOBAL_OPTIONS, type OptionDefinition, type TextDefinition} from '../options/definitions.ts'
import {acceptedWord, type Defaults} from '../options/read-option.ts'
import {loadYaml} from '../yaml/yaml-library.ts'
import type {YamlSlot, YamlText} from '../yaml/yaml-text.ts'

/**
 * The options that may have a default in a file, by name: those with a variable of their own. An option of a single run
 * has none, and consent is given for each run.
 */
export const OPTIONS_WITH_DEFAULTS: ReadonlyMap<string, OptionDefinition> = new Map(
  [...Object.values(ALL_COMMAND_OPTIONS), GLOBAL_OPTIONS]
    .flatMap((options) => Object.entries<OptionDefinition>(options))
    .filter(([name, {env}]) => env[0]?.startsWith('ACK_RAM_TOOL_') && name !== 'assume-yes')
    .toSorted(([one], [other]) => (one < other ? -1 : 1)),
)

/**
 * Parses a defaults file: a YAML mapping of options' names to values.
 *
 * @param path - for messages
 * @throws AckError `ConfigInvalid` with the line; the message never quotes a value
 */
export const parseDefaults = async (content: Uint8Array, path: string): Promise<Defaults> => {
  const text = decode(content, path)
  const parsed = (await loadYaml()).parse(text)
  const at = (offset: number): string => `${path}:${text.slice(0, offset).split('\n').length}`
  if ('cause' in parsed) throw invalidConfig(`${at(parsed.offset)} is not YAML: ${parsed.cause}`, 'correct the file')
  const {root, value, end} = parsed
  if (/^(?!---|\.\.\.|#)\S/m.test(text.slice(end)))
    throw invalidConfig(`${at(end)} begins another document, which would not be read`, 'write one document')
  if (root === undefined) return {}
  if (!isJsonObject(value) || !root.isBlock)
    throw invalidConfig(`${at(root.start)} is not a list of options`, 'write one option in a line, such as `timeout: 30s`')
  const slots = new Map<string, YamlSlot>()
  for (const slot of root.slots) {
    const before = slots.get(slot.key)
    if (before)
      throw invalidConfig(`${at(slot.start)}: ${shownKey(slot.key)} is also in ${at(before.start)}`, 'keep one of them')
    slots.set(slot.key, slot)
  }
  const written = writtenNumbers(parsed, text)
  return Object.fromEntries(
    Object.entries(value).map(([key, value]) => {
      const from = at((slots.get(key) ?? slots.get('<<'))?.start ?? 0)
      const definition = OPTIONS_WITH_DEFAULTS.get(key)
      if (!definition) throw unknownKey(key, from)
      return [definition.env[0], {value: asText(written.get(key) ?? value, key, definition, from), from}]
    }),
  )
}

export const invalidConfig = (message: string, nextStep: string): AckError =>
  new AckError('ConfigInvalid', message, nextStep)

const decode = (content: Uint8Array, path: string): string => {
  try {
    return new TextDecoder('utf8', {fatal: true}).decode(content)
  } catch {
    throw invalidConfig(`${path} is not UTF-8 text`, 'save it as UTF-8')
  }
}

/** Numbers as they are written: an ID is text, be it made of digits only. */
const writtenNumbers = (parsed: YamlText, text: string): ReadonlyMap<string, string> =>
  new Map(
    parsed
      .scalars()
      .filter(({path, value}) => path.length === 1 && (typeof value === 'number' || typeof value === 'bigint'))
      .map(({path, start, end}) => [String(path[0]), text.slice(start, end)]),
  )

/** Nothing of what somebody wrote is shown unless it looks like the name of an option. */
const shownKey = (key: string): string => (/^[a-zA-Z][\w.-]{0,39}$/.test(key) ? key : 'a key')

const SECRET =
  /secret|passw|accesskey|(?:access|security|sts|refresh|bearer|session|id)token|^(?:token|ak|sk)$|privatekey|credentials?$/

const unknownKey = (key: string, from: string): AckError => {
  const name = shownKey(key)
  if (SECRET.test(key.toLowerCase().replaceAll(/[^a-z]/g, '')))
    return invalidConfig(
      `${from}: ${name} is refused, since credentials do not belong into this file`,
      'remove it, and put credentials into a profile (`aliyun configure`) or into environment variables',
    )
  if (key === 'assume-yes')
    return invalidConfig(`${from}: assume-yes cannot have a default`, 'say yes for a run: pass --assume-yes')
  const known = [...OPTIONS_WITH_DEFAULTS.keys()]
  return new AckError('ConfigInvalid', `${from}: ${name} is not an option that can have a default`, `use one of: ${known.join(', ')}`, {
    mistyped: {given: [key.replaceAll('_', '-')], known},
  })
}

const asText = (value: unknown, name: string, definition: OptionDefinition, from: string): string => {
  const wrong = (why: string, nextStep: string): AckError => invalidConfig(`${from}: ${name} ${why}`, nextStep)
  if (definition.kind === 'boolean') {
    if (typeof value === 'boolean') return String(value)
    throw wrong('is neither true nor false', `write \`${name}: true\` or \`${name}: false\``)
  }
  const text = definition.isList && isTexts(value) ? value.join(',') : value
  if (text === null || text === '') throw wrong('has no value', 'give it a value, or remove the line')
  if (typeof text !== 'string')
    throw wrong(`is not ${definition.isList ? 'text or a list of texts' : 'text'}`, `write \`${name}: ${exampleOf(definition)}\``)
  const word = acceptedWord(text, definition)
  if (word === undefined)
    throw new AckError('ConfigInvalid', `${from}: ${name} has a value that is not accepted`, `use one of: ${definition.values?.join(', ') ?? ''}`, {
      mistyped: {given: [text], known: definition.values ?? []},
    })
  if (isRelativePath(word, definition))
    throw wrong('is a relative path, which would be another file in each directory', 'give the whole path, or one that begins with ~/')
  return word
}

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string')

const exampleOf = ({values, placeholder}: TextDefinition): string => values?.[0] ?? `<${placeholder ?? 'text'}>`

const isRelativePath = (text: string, {isPath, placeholder}: TextDefinition): boolean => {
  if (isPath === 'after @') return text.startsWith('@') && !isAbsolute(text.slice(1))
  return placeholder === 'path' && !isAbsolute(text) && !/^~[/\\]/.test(text)
}

/** The options of which there are defaults, by name. */
export const optionsOf = (defaults: Defaults): readonly string[] =>
  [...OPTIONS_WITH_DEFAULTS].flatMap(([name, {env}]) => (Object.hasOwn(defaults, env[0] ?? '') ? [name] : []))
