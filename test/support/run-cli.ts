import {fileURLToPath} from 'node:url'

import {runApart} from './run-apart.ts'
import type {CliResult, Command} from './run-process.ts'
import {runWarm} from './warm-pool.ts'

export type {CliResult} from './run-process.ts'

/** The launcher of the npm package. */
export const LAUNCHER = fileURLToPath(new URL('../../bin/run.cjs', import.meta.url))

/** What the launcher puts before each file of the lane when it compiles it: V8 counts its characters too. */
export const BEFORE_LANE = '(function (module, exports, require) {'

/** A standalone executable, when that is what the tests are to run. */
export const STANDALONE = process.env['ACK_RAM_TOOL_TEST_EXECUTABLE'] || undefined

/** The program as one file that kubectl can be told to run. */
export const BIN = STANDALONE ?? LAUNCHER

/** What starts the program, to be followed by its arguments. */
export const PROGRAM: readonly [string, ...string[]] = STANDALONE ? [STANDALONE] : [process.execPath, LAUNCHER]

/** The same as the beginning of a shell's command line. */
export const SHELL_PROGRAM = PROGRAM.map((word) => `"${word}"`).join(' ')

export interface CliWorld {
  /** The home directory, where the files of credentials are looked for. */
  readonly home: string
  /** The whole environment but what Node itself needs. */
  readonly env?: Readonly<Record<string, string>>
}

/** What has no effect, or another one, in a process that has run already. */
const NEEDS_PROCESS = ['NODE_OPTIONS', 'NODE_EXTRA_CA_CERTS']

/**
 * Runs the built program, with stdin closed as under kubectl: in a process that has run other command lines before, since
 * to start one takes ten times as long as what most tests look at.
 */
export const runCli = (args: readonly string[], world: CliWorld): Promise<CliResult> => {
  const env = world.env ?? {}
  if (STANDALONE || NEEDS_PROCESS.some((name) => name in env)) return runCliProcess(args, world)
  // V8's compiled form of a program that is loaded already would cost more than it saves.
  return runWarm(LAUNCHER, {args, env: cliEnvironment(world.home, {NODE_DISABLE_COMPILE_CACHE: '1', ...env})})
}

/**
 * The same as a process of its own, where a test is about one: its end, its streams, its memory, many at once, plugins.
 */
export const runCliProcess = (args: readonly string[], {home, env = {}}: CliWorld): Promise<CliResult> =>
  runApart([...PROGRAM, ...args], cliEnvironment(home, env))

/** A command, and how many times it is run at once. */
export interface Crowd {
  readonly count: number
  readonly command: Command
  readonly env: NodeJS.ProcessEnv
}

/**
 * Runs a command many times at once.
 *
 * @returns what came of each
 */
export const runCrowd = ({count, command, env}: Crowd): Promise<readonly CliResult[]> =>
  Promise.all(Array.from({length: count}, () => runApart(command, env)))

/** An environment with nothing of the developer's own but what starts a process. */
export const cliEnvironment = (home: string, env: Readonly<Record<string, string>>): NodeJS.ProcessEnv => {
  const kept = ['PATH', 'SystemRoot'].flatMap((name) => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  return {
    ...Object.fromEntries(kept),
    HOME: home,
    USERPROFILE: home,
    XDG_CACHE_HOME: `${home}/.cache`,
    APPDATA: `${home}/.config`,
    // What is in the developer's PATH must not decide what is written into kubeconfigs.
    ACK_RAM_TOOL_FOR_ANOTHER_MACHINE: '1',
    ...env,
  }
}
