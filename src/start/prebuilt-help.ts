import {tryParseJson} from '../lib/base/json-object.ts'
import type {Runtime} from '../lib/base/runtime.ts'

/** Stands in the texts for the user agent, which depends on where the program runs. */
export const USER_AGENT_MARK = '{{user agent}}'

/** Environment variables that change oclif's help. */
const SHAPING = ['COLUMNS', 'DEBUG', 'FORCE_COLOR', 'OCLIF_COLUMNS', 'WSL_DISTRO_NAME', 'WSL_INTEROP']

/** Reads the texts that were made when the program was built: JSON, a line for each, by the words before `--help`. */
export type ReadHelp = () => Promise<string>

/**
 * The version, or a help text as it is when nobody looks at it in a terminal: these are made when the program is built.
 *
 * @param argv - arguments without the program's own name
 * @returns undefined for everything else, which is left to oclif
 */
export const prebuiltHelp = async (
  argv: readonly string[],
  runtime: Runtime,
  readHelp: ReadHelp,
): Promise<string | undefined> => {
  const asked = argv.at(-1) ?? '--help'
  if (!['--help', '-h', '--version'].includes(asked) || SHAPING.some((name) => runtime.env[name])) return undefined
  const {version, platform, arch} = runtime
  const userAgent = `ack-ram-tool/${version} ${platform}-${arch === 'ia32' ? 'x86' : arch} node-${process.version}`
  if (asked === '--version') return argv.length === 1 ? `${userAgent}\n` : undefined
  if (runtime.stdoutIsTerminal) return undefined
  const text = lineOf(argv.slice(0, -1).join(' '), await readHelp().catch(() => ''))
  return typeof text === 'string' ? text.replaceAll(USER_AGENT_MARK, userAgent) : undefined
}

/** All of them are long to parse, and one is wanted. */
const lineOf = (words: string, texts: string): unknown => {
  const key = `\n${JSON.stringify(words)}:`
  const at = texts.indexOf(key)
  if (at === -1) return undefined
  const start = at + key.length
  return tryParseJson(texts.slice(start, texts.indexOf('\n', start)).replace(/,$/, ''))
}
