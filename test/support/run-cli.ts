import {spawn} from 'node:child_process'
import {text} from 'node:stream/consumers'
import {fileURLToPath} from 'node:url'

/** The launcher of the npm package. */
export const LAUNCHER = fileURLToPath(new URL('../../bin/run.cjs', import.meta.url))

const CROWD = fileURLToPath(new URL('crowd.ts', import.meta.url))

/** A standalone executable, when that is what the tests are to run. */
export const STANDALONE = process.env['ACK_RAM_TOOL_TEST_EXECUTABLE'] || undefined

/** The program as one file that kubectl can be told to run. */
export const BIN = STANDALONE ?? LAUNCHER

/** What starts the program, to be followed by its arguments. */
export const PROGRAM: readonly [string, ...string[]] = STANDALONE ? [STANDALONE] : [process.execPath, LAUNCHER]

/** The same as the beginning of a shell's command line. */
export const SHELL_PROGRAM = PROGRAM.map((word) => `"${word}"`).join(' ')

export interface CliResult {
  readonly stdout: string
  readonly stderr: string
  readonly exitCode: number | null
}

export interface CliWorld {
  /** The home directory, where the files of credentials are looked for. */
  readonly home: string
  /** The whole environment but what Node itself needs. */
  readonly env?: Readonly<Record<string, string>>
}

type Command = readonly [program: string, ...args: string[]]

/**
 * Runs the built program as a process of its own, with stdin closed as under kubectl.
 */
export const runCli = (args: readonly string[], {home, env = {}}: CliWorld): Promise<CliResult> =>
  runProcess([...PROGRAM, ...args], cliEnvironment(home, env))

/** Runs a command with stdin closed. */
export const runProcess = ([program, ...args]: Command, env: NodeJS.ProcessEnv): Promise<CliResult> =>
  new Promise((resolve, reject) => {
    const child = spawn(program, args, {env, stdio: ['ignore', 'pipe', 'pipe']})
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (written: string) => (stdout += written))
    child.stderr.setEncoding('utf8').on('data', (written: string) => (stderr += written))
    child.once('error', reject)
    child.once('close', (exitCode) => resolve({stdout, stderr, exitCode}))
  })

/** A command, and how many times it is run at once. */
export interface Crowd {
  readonly count: number
  readonly command: Command
  readonly env: NodeJS.ProcessEnv
}

/**
 * Runs a command many times at once, by a process that starts them all: on a busy machine that takes seconds, in which
 * the servers of this process would be silent.
 *
 * @returns what came of each
 */
export const runCrowd = async (crowd: Crowd): Promise<readonly CliResult[]> => {
  const child = spawn(process.execPath, ['--import', 'tsx', CROWD], {stdio: ['pipe', 'pipe', 'inherit']})
  child.stdin.end(JSON.stringify(crowd))
  return JSON.parse(await text(child.stdout)) as readonly CliResult[]
}

/** An environment with nothing of the developer's own but what starts a process and measures coverage. */
export const cliEnvironment = (home: string, env: Readonly<Record<string, string>>): NodeJS.ProcessEnv => {
  const kept = ['PATH', 'SystemRoot', 'NODE_V8_COVERAGE'].flatMap((name) => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  return {...Object.fromEntries(kept), HOME: home, USERPROFILE: home, XDG_CACHE_HOME: `${home}/.cache`, ...env}
}
