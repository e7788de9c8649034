import {isExecCommand} from '../../exec/exec-command.ts'
import {isJsonObject} from '../../base/json-object.ts'

/** Options of an exec entry that do not decide whose credentials are used, only how they are loaded. */
const NOT_DECIDING: ReadonlySet<string> = new Set([
  'api-version',
  'credential-cache-dir',
  'cs-endpoint',
  'expiration',
  'log-level',
  'region-id',
  'sts-endpoint',
  'vpc-endpoint',
])

/** With a file that is named, no other source is searched. */
const IGNORED_ANYWAY: ReadonlySet<string> = new Set(['ignore-aliyun-cli-credentials', 'ignore-env-credentials'])

/** The cluster of one of our exec entries, and the options that decide the credentials. */
export interface OurExecFacts {
  readonly clusterId: string | undefined
  readonly command: string
  /** Whether kubectl starts it with variables of its own, which may decide the credentials. */
  readonly setsVariables: boolean
  /** What it gets for kubectl. */
  readonly mode: 'token' | 'certificate'
  /** `name=value`, sorted. */
  readonly deciding: readonly string[]
  /** The same, by name. */
  readonly decidingOptions: ReadonlyMap<string, string>
  /** All of its options, by name. */
  readonly options: ReadonlyMap<string, string>
}

/**
 * Reads an `exec` that runs this program, or the Go tool of the same name, whatever its command is called.
 *
 * @returns undefined if it is that of another program
 */
export const ourExecFacts = (exec: unknown): OurExecFacts | undefined => {
  const {args, command, env} = isJsonObject(exec) ? exec : {}
  if (!Array.isArray(args) || !isExecCommand(args[0], args[1])) return undefined
  const options = readArguments(args.slice(2).map(String))
  const isIrrelevant = (name: string): boolean =>
    name === 'cluster-id' || NOT_DECIDING.has(name) || (options.has('profile-file') && IGNORED_ANYWAY.has(name))
  const deciding = [...options].filter(([name]) => !isIrrelevant(name))
  return {
    command: typeof command === 'string' ? command : '',
    setsVariables: Array.isArray(env) && env.length > 0,
    mode: args[1] === 'get-token' ? 'token' : 'certificate',
    clusterId: options.get('cluster-id'),
    decidingOptions: new Map(deciding),
    deciding: deciding.map(([name, value]) => `${name}=${value}`).toSorted(),
    options,
  }
}

const readArguments = (args: readonly string[]): ReadonlyMap<string, string> => {
  const options = new Map<string, string>()
  const remaining = [...args]
  while (remaining.length > 0) {
    const argument = remaining.shift() ?? ''
    const [, name = argument, value] = /^--?([^=]+)(?:=(.*))?$/s.exec(argument) ?? []
    const hasOwnValue = value !== undefined || remaining[0]?.startsWith('-') !== false
    const long = name === 'c' ? 'cluster-id' : name
    const text = hasOwnValue ? (value ?? 'true') : (remaining.shift() ?? '')
    // A repeated option is a list.
    options.set(long, options.has(long) ? `${options.get(long)},${text}` : text)
  }
  return options
}
