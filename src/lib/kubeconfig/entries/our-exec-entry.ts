import {isExecCommand} from '../../exec/exec-command.ts'
import {isJsonObject, type JsonObject} from '../../base/json-object.ts'

/** Whether an `exec` runs this program, or the Go tool of the same name, whatever its command is called. */
export const isOurExecEntry = ({args}: JsonObject): boolean => Array.isArray(args) && isExecCommand(args[0], args[1])

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

/** The cluster of one of our exec entries, and the options that decide the credentials. */
export interface OurExecFacts {
  readonly clusterId: string | undefined
  /** `name=value`, sorted. */
  readonly deciding: readonly string[]
}

/**
 * Reads an `exec`.
 *
 * @returns undefined if it does not run this program
 */
export const ourExecFacts = (exec: unknown): OurExecFacts | undefined => {
  if (!isJsonObject(exec) || !isOurExecEntry(exec)) return undefined
  const options = readArguments((exec['args'] as readonly unknown[]).slice(2).map(String))
  const deciding = [...options].filter(([name]) => name !== 'cluster-id' && !NOT_DECIDING.has(name))
  return {
    clusterId: options.get('cluster-id'),
    deciding: deciding.map(([name, value]) => `${name}=${value}`).toSorted(),
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
