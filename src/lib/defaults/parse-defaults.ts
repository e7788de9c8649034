import {AckError} from '../base/errors.ts'
import {isAbsolutePath} from '../base/is-absolute-path.ts'
import {ALL_COMMAND_OPTIONS} from '../options/all-commands.ts'
import {GLOBAL_OPTIONS, type OptionDefinition, type TextDefinition} from '../options/definitions.ts'
import {acceptedWord, type Defaults} from '../options/read-option.ts'
import {plainMapping} from '../yaml/plain-mapping.ts'
import {invalidConfig, readEntries, shownKey} from './read-entries.ts'

/**
 * The options that may have a default in a file, by name: those with a variable of their own. An option of a single run
 * has none, and consent is given for each run.
 */
export const OPTIONS_WITH_DEFAULTS: ReadonlyMap<string, OptionDefinition> = [
  ...Object.values(ALL_COMMAND_OPTIONS),
  GLOBAL_OPTIONS,
]
  .flatMap((options) => Object.entries<OptionDefinition>(options))
  .filter(([name, {env}]) => env[0]?.startsWith('ACK_RAM_TOOL_') && name !== 'assume-yes')
  .toSorted(([one], [other]) => (one < other ? -1 : 1))
  .reduce((found, [name, definition]) => found.set(name, ofAllCommands(definition, found.get(name))), new Map())

/** Of an option that one command has with more values than another, a default may have each of them. */
function ofAllCommands(definition: OptionDefinition, other: OptionDefinition | undefined): OptionDefinition {
  if (definition.kind !== 'text' || other?.kind !== 'text' || !definition.values || !other.values) return definition
  return {...definition, values: [...new Set([...definition.values, ...other.values])]}
}

/** Where a value of a file stands, of its `from`: the path and the line. */
export const placeOf = (from: string): string => from.replace(/^[a-z-]+ in /, '')

/**
 * Parses a defaults file: a YAML mapping of options' names to values.
 *
 * @param path - for messages
 * @throws AckError `ConfigInvalid` with the line; the message never quotes a value
 */
export const parseDefaults = async (content: Uint8Array, path: string): Promise<Defaults> => {
  const text = decode(content, path)
  const entries = plainMapping(text) ?? (await readEntries(text, path))
  return Object.fromEntries(
    entries.map(({key, value, line}) => {
      const from = `${path}:${line}`
      const definition = OPTIONS_WITH_DEFAULTS.get(key)
      if (!definition) throw unknownKey(key, from)
      return [definition.env[0], {value: asText(value, key, definition, from), from: `${key} in ${from}`}]
    }),
  )
}

const decode = (content: Uint8Array, path: string): string => {
  try {
    return new TextDecoder('utf8', {fatal: true}).decode(content)
  } catch {
    throw invalidConfig(`${path} is not UTF-8 text`, 'save it as UTF-8')
  }
}

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
  return new AckError(
    'ConfigInvalid',
    `${from}: ${name} is not an option that can have a default`,
    `use one of: ${known.join(', ')}`,
    {
      mistyped: {given: [key.replaceAll('_', '-')], known},
    },
  )
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
    throw wrong(
      `is not ${definition.isList ? 'text or a list of texts' : 'text'}`,
      `write it as \`${name}: VALUE\`, in quotation marks if it has to be`,
    )
  const word = acceptedWord(text, definition)
  if (word === undefined)
    throw new AckError(
      'ConfigInvalid',
      `${from}: ${name} has a value that is not accepted`,
      `use one of: ${definition.values?.join(', ') ?? ''}`,
      {
        mistyped: {given: [text], known: definition.values ?? []},
      },
    )
  if (isRelativePath(word, definition))
    throw wrong(
      'is a relative path, which would be another file in each directory',
      `give the whole path, or one that begins with ~/${definition.isPath === 'after @' ? ', behind the @' : ''}`,
    )
  return word
}

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string')

const isRelativePath = (text: string, {isPath}: TextDefinition): boolean => {
  if (isPath === undefined || (isPath === 'after @' && !text.startsWith('@'))) return false
  const path = isPath === 'after @' ? text.slice(1) : text
  return !isAbsolutePath(path) && !/^~[/\\]/.test(path)
}

/** The options of which there are defaults, by name. */
export const optionsOf = (defaults: Defaults): readonly string[] =>
  [...OPTIONS_WITH_DEFAULTS].flatMap(([name, {env}]) => (Object.hasOwn(defaults, env[0] ?? '') ? [name] : []))
