import {readFileSync} from 'node:fs'

import {parseJsonObject} from '../lib/base/json-object.ts'
import type {Runtime} from '../lib/base/runtime.ts'

/** What stands in the texts for the words that depend on where the program runs. */
export const USER_AGENT_MARK = '{{user agent}}'

/** Of the environment: what shapes oclif's help. */
const SHAPING = ['COLUMNS', 'DEBUG', 'FORCE_COLOR', 'OCLIF_COLUMNS', 'WSL_DISTRO_NAME', 'WSL_INTEROP']

/**
 * The version, or a help text as it is when nobody looks at it in a terminal: these are made when the program is built.
 *
 * @param argv - arguments without the program's own name
 * @param helpFile - path of the texts, by the words before `--help`; undefined where there are none
 * @returns undefined for everything else, which is left to oclif
 */
export const prebuiltHelp = (
  argv: readonly string[],
  runtime: Runtime,
  helpFile: string | undefined,
): string | undefined => {
  const asked = argv.at(-1) ?? '--help'
  if (!['--help', '-h', '--version'].includes(asked) || SHAPING.some((name) => runtime.env[name])) return undefined
  const {version, platform, arch} = runtime
  const userAgent = `ack-ram-tool/${version} ${platform}-${arch === 'ia32' ? 'x86' : arch} node-${process.version}`
  if (asked === '--version') return argv.length === 1 ? `${userAgent}\n` : undefined
  if (runtime.stdoutIsTerminal) return undefined
  const text = readTexts(helpFile)?.[argv.slice(0, -1).join(' ')]
  return typeof text === 'string' ? text.replaceAll(USER_AGENT_MARK, userAgent) : undefined
}

const readTexts = (file: string | undefined): Readonly<Record<string, unknown>> | undefined => {
  if (file === undefined) return undefined
  try {
    return parseJsonObject(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}
