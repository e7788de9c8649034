import {GLOBAL_OPTIONS, type OptionDefinition, type OptionDefinitions} from '../options/definitions.ts'
import {parseGoBoolean, type Flags} from '../options/read-option.ts'

/** A known flag with the value that was written with it, or any other argument as it is. */
type Token =
  | {readonly name: string; readonly kind: 'boolean' | 'text'; readonly value: string | undefined}
  | {readonly other: string}

/**
 * Brings a whole command line from the Go tool's conventions into oclif's: global flags may stand before the command.
 *
 * @param argv - arguments without the program's own name
 */
export const commandFirst = (argv: readonly string[]): string[] => {
  const tokens = tokenise(argv, GLOBAL_OPTIONS)
  const leading = tokens.findIndex((token) => 'other' in token)
  const [command] = tokens.slice(leading)
  if (leading < 1 || !command || ('other' in command && command.other.startsWith('-'))) return [...argv]
  const flags = tokens.slice(0, leading).flatMap(writtenForOclif)
  const firstFlag = tokens.findIndex((token, index) => index > leading && !isWord(token))
  const end = firstFlag === -1 ? tokens.length : firstFlag
  const write = (from: number, to?: number): string[] => tokens.slice(from, to).flatMap(writtenForOclif)
  return [...write(leading, end), ...flags, ...write(end)]
}

/**
 * Brings the flags of one command from the Go tool's conventions (pflag) into oclif's: the last of equal flags counts,
 * a boolean may carry a value (`--assume-yes=false`), an accepted value may be written in upper case where the option
 * says so.
 *
 * @param definitions - the options that are known; flags of others are left as they are
 */
export const pflagToOclif = (argv: readonly string[], definitions: OptionDefinitions): string[] => {
  const tokens = tokenise(argv, definitions)
  const lastIndex = new Map(tokens.flatMap((token, index) => ('name' in token ? [[token.name, index]] : [])))
  return tokens
    .filter(
      (token, index) => 'other' in token || isList(definitions[token.name]) || lastIndex.get(token.name) === index,
    )
    .map((token) => withAcceptedCase(token, definitions))
    .flatMap(writtenForOclif)
}

/** The known flags of a command line that may not be parseable as a whole; the last of equal flags counts. */
export const peekFlags = (argv: readonly string[], definitions: OptionDefinitions): Flags =>
  Object.fromEntries(
    tokenise(argv, definitions).flatMap((token) => {
      if ('other' in token) return []
      return [[token.name, token.kind === 'text' ? token.value : parseGoBoolean(token.value ?? 'true')]]
    }),
  )

const isList = (definition: OptionDefinition | undefined): boolean =>
  definition?.kind === 'text' && definition.isList === true

const isWord = (token: Token): boolean => 'other' in token && !token.other.startsWith('-')

const tokenise = (argv: readonly string[], definitions: OptionDefinitions): readonly Token[] => {
  const tokens: Token[] = []
  const remaining = [...argv]
  while (remaining.length > 0) {
    const argument = remaining.shift() ?? ''
    if (argument === '--') return [...tokens, ...[argument, ...remaining].map((other) => ({other}))]
    const flags = knownFlags(argument, definitions)
    for (const flag of flags) {
      const missesValue = 'name' in flag && flag.kind === 'text' && flag.value === undefined
      tokens.push(missesValue ? {...flag, value: remaining.shift()} : flag)
    }
  }
  return tokens
}

const knownFlags = (argument: string, definitions: OptionDefinitions): readonly Token[] => {
  if (argument.startsWith('--')) {
    const {name, value} = splitLongFlag(argument)
    const definition = Object.hasOwn(definitions, name) ? definitions[name] : undefined
    return [definition ? {name, kind: definition.kind, value} : {other: argument}]
  }
  // Without a pattern: to compile the first one of a process takes longer than all of this.
  const isGroup = argument.startsWith('-') && argument.length > 1
  return (isGroup && shortFlags(argument.slice(1), definitions)) || [{other: argument}]
}

/** Name and value of a flag that starts with `--`; no value is another thing than an empty one. */
export const splitLongFlag = (argument: string): {readonly name: string; readonly value: string | undefined} => {
  const end = argument.indexOf('=')
  if (end === -1) return {name: argument.slice(2), value: undefined}
  return {name: argument.slice(2, end), value: argument.slice(end + 1)}
}

/** The flags of a group such as `-yc=id`; undefined when one of them is not known. */
const shortFlags = (group: string, definitions: OptionDefinitions): readonly Token[] | undefined => {
  const found = Object.entries(definitions).find(([, {char}]) => char === group[0])
  if (!found) return undefined
  const [name, {kind}] = found
  const rest = group.slice(1)
  if (kind === 'text' || rest.startsWith('='))
    return [{name, kind, value: rest === '' ? undefined : rest.replace(/^=/, '')}]
  if (rest === '') return [{name, kind, value: undefined}]
  const others = shortFlags(rest, definitions)
  return others && [{name, kind, value: undefined}, ...others]
}

const withAcceptedCase = (token: Token, definitions: OptionDefinitions): Token => {
  if ('other' in token || token.value === undefined) return token
  const definition = definitions[token.name]
  return definition?.kind === 'text' && definition.ignoreCase ? {...token, value: token.value.toLowerCase()} : token
}

const writtenForOclif = (token: Token): readonly string[] => {
  if ('other' in token) return [token.other]
  const {name, kind, value} = token
  if (kind === 'boolean') {
    const on = value === undefined ? true : parseGoBoolean(value)
    if (on !== undefined) return on ? [`--${name}`] : []
  }
  return [value === undefined ? `--${name}` : `--${name}=${value}`]
}
