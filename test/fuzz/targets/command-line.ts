import {array, constantFrom, oneof, tuple, type Arbitrary} from 'fast-check'

import {AckError} from '../../../src/lib/base/errors.ts'
import {onlyFlags, ownCommandFirst, parseCommandLine, asOwnCommand} from '../../../src/lib/cli/command-line.ts'
import {ALL_COMMAND_OPTIONS} from '../../../src/lib/options/all-commands.ts'
import {GLOBAL_OPTIONS, type OptionDefinition, type OptionDefinitions} from '../../../src/lib/options/definitions.ts'
import {readGlobalOptions} from '../../../src/lib/options/global-options.ts'
import {mustEqual, must, type FuzzTarget} from '../fuzz-target.ts'

const WORDS = constantFrom(
  'credential-plugin',
  'get-token',
  'get-credential',
  'list-clusters',
  'credential-plugin:get-token',
  'toString',
  'stray',
)
const VALUES = constantFrom(
  'c1',
  'cn-hangzhou',
  '30s',
  'v2',
  'true',
  'false',
  '-1',
  '',
  'a=b',
  'a b',
  '\u001B[31m',
  'ä',
  'DEBUG',
  '__proto__',
)
const OPTIONS: Readonly<Record<string, OptionDefinition>> = {
  ...ALL_COMMAND_OPTIONS['credential-plugin get-token'],
  ...GLOBAL_OPTIONS,
}
const LONG = constantFrom(...Object.keys(OPTIONS), 'help', 'unknown', '__proto__', 'constructor', 'cluster', '')
const SHORT = constantFrom('c', 'y', 'v', 'h', 'x', '-', '=', 'yv', 'yc', 'cy', 'vh')
const SECRET = constantFrom('--unknown=SECRET-1', '-pSECRET-2', 'SECRET-3', '--access-key-secret', '--SECRET-4')
const FLAGS: Arbitrary<readonly string[]> = oneof(
  {weight: 5, arbitrary: tuple(LONG, VALUES).map(([name, value]) => [`--${name}=${value}`])},
  {weight: 5, arbitrary: tuple(LONG, VALUES).map(([name, value]) => [`--${name}`, value])},
  {weight: 2, arbitrary: tuple(SHORT, VALUES).map(([name, value]) => [`-${name}`, value])},
  {weight: 2, arbitrary: tuple(SHORT, VALUES).map(([name, value]) => [`-${name}${value}`])},
  {weight: 1, arbitrary: LONG.map((name) => [`--${name}`])},
  {weight: 1, arbitrary: WORDS.map((word) => [word])},
  {weight: 1, arbitrary: SECRET.map((word) => [word])},
  {weight: 1, arbitrary: constantFrom(['--'], ['-'], ['--='], ['-='])},
)
const ARGV = tuple(
  array(FLAGS, {maxLength: 1}),
  constantFrom(['credential-plugin', 'get-token'], ['credential-plugin', 'get-token'], ['list-clusters'], []),
  array(FLAGS, {maxLength: 5}),
).map(([before, words, behind]) => [before, words, behind].flat(2))

/** Arguments, against a plain reading by the rules of pflag, which the Go tool reads them with. */
export const commandLine: FuzzTarget<readonly string[]> = {
  name: 'command-line',
  structured: ARGV,
  seeds: [
    ['credential-plugin', 'get-token', '--cluster-id', 'c1', '--region-id=cn-hangzhou', '-yv', '--log-level', 'debug'],
    ['--profile-name', 'a', 'credential-plugin', '-cc1', 'get-token', '--api-version', 'v1', '--assume-yes=false'],
  ],
  mutate: (argv, change) => change(argv.join('\u001F')).split('\u001F'),
  run: (argv, scene) => {
    const line = parseCommandLine(argv, ALL_COMMAND_OPTIONS)
    const own = asOwnCommand(line)
    if (own) checkWrittenAgain(own)
    const [topic, name, ...others] = argv
    if (topic === 'credential-plugin' && name === 'get-token') checkFlags(line, readPlainly(others))
    scene.shown.push(line.words.join(' '))
    try {
      const options: OptionDefinitions = own ? ALL_COMMAND_OPTIONS[own.command] : {}
      readGlobalOptions({flags: onlyFlags(line, options, line.words.join(' ')), execInfo: {}, env: {}})
    } catch (error) {
      scene.hasPublicSecret = AckError.is(error) && isOfValue(error.message)
      throw error
    }
  },
}

/** A value that is not accepted is shown: nobody types a secret there. */
const isOfValue = (message: string): boolean => /^invalid value|^--/.test(message)

/** What is handed on to oclif reads the same. */
const checkWrittenAgain = (own: NonNullable<ReturnType<typeof asOwnCommand>>): void => {
  const again = parseCommandLine(ownCommandFirst(own), ALL_COMMAND_OPTIONS)
  mustEqual(again.command, own.command, 'the command, written again')
  mustEqual(given(again.flags), given(own.flags), 'the flags, written again')
  mustEqual(again.help, own.help, '--help, written again')
}

/** An absent boolean is the same as one that is switched off, but where a defaults file has switched it on. */
const given = (flags: object): unknown =>
  Object.entries(flags)
    .filter(([, value]) => value !== false)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))

type Plain = ReadonlyMap<string, string | boolean | readonly string[]>

const checkFlags = (line: ReturnType<typeof parseCommandLine>, plain: Plain | undefined): void => {
  const isClean = line.rest.length === 0 && !line.problem && line.command === 'credential-plugin get-token'
  if (!plain) return must(!isClean, 'arguments that pflag refuses are accepted')
  const isAnyText = [...plain.keys()].every((name) => !('values' in (OPTIONS[name] ?? {})))
  if (!isClean)
    return must(
      !isAnyText || line.command !== 'credential-plugin get-token',
      'arguments that pflag accepts are refused',
    )
  const ours = Object.entries({...line.flags, ...(line.help ? {help: true} : {})})
  const theirs = [...plain].filter(([name, value]) => !(name === 'help' && value === false))
  mustEqual(comparable(ours), comparable(theirs), 'the flags')
}

const comparable = (flags: readonly (readonly [string, unknown])[]): unknown =>
  flags
    .map(([name, value]) => {
      const {kind, synonyms = {}} = {synonyms: undefined, ...OPTIONS[name]} as {
        kind?: string
        synonyms?: Readonly<Record<string, string>>
      }
      const hasWords = kind === 'text' && 'values' in (OPTIONS[name] ?? {})
      const word = hasWords ? String(value).toLowerCase() : value
      return [name, typeof word === 'string' && Object.hasOwn(synonyms, word) ? synonyms[word] : word]
    })
    .toSorted(([one], [other]) => (String(one) < String(other) ? -1 : 1))

/** pflag's rules; undefined where it refuses, and for what is no flag. An empty value counts as none. */
const readPlainly = (argv: readonly string[]): Plain | undefined => {
  const flags = new Map<string, string | boolean | readonly string[]>()
  const left = [...argv]
  for (let argument = left.shift(); argument !== undefined; argument = left.shift()) {
    if (!argument.startsWith('-') || argument === '-' || argument === '--') return undefined
    if (argument.startsWith('--')) {
      const [name = '', ...rest] = argument.slice(2).split('=')
      if (!set(flags, name, argument.includes('=') ? rest.join('=') : undefined, left)) return undefined
      continue
    }
    for (let letters = argument.slice(1); letters !== '';) {
      const name = nameOfLetter(letters[0] ?? '')
      const rest = letters.slice(1)
      if (name === undefined) return undefined
      const isWithValue = rest.startsWith('=') || (rest !== '' && OPTIONS[name]?.kind === 'text')
      if (!set(flags, name, isWithValue ? rest.replace(/^=/, '') : undefined, left)) return undefined
      letters = isWithValue || OPTIONS[name]?.kind === 'text' ? '' : rest
    }
  }
  return flags
}

const nameOfLetter = (letter: string): string | undefined =>
  letter === 'h' ? 'help' : Object.keys(OPTIONS).find((name) => OPTIONS[name]?.char === letter)

const set = (
  flags: Map<string, string | boolean | readonly string[]>,
  name: string,
  attached: string | undefined,
  left: string[],
): boolean => {
  const definition =
    name === 'help' ? {kind: 'boolean' as const} : Object.hasOwn(OPTIONS, name) ? OPTIONS[name] : undefined
  if (!definition) return false
  if (definition.kind === 'boolean') {
    if (attached === '') return true
    const isOn = attached === undefined || /^(1|t|T|TRUE|true|True)$/.test(attached)
    if (!isOn && !/^(0|f|F|FALSE|false|False)$/.test(attached ?? '')) return false
    flags.set(name, isOn)
    return true
  }
  const value = attached ?? left.shift()
  if (value === undefined) return false
  if (value === '') return true
  const before = flags.get(name)
  if ('isList' in definition && definition.isList)
    flags.set(name, [...(Array.isArray(before) ? (before as readonly string[]) : []), value])
  else flags.set(name, value)
  return true
}
