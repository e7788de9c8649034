import {spawn} from 'node:child_process'
import {setImmediate} from 'node:timers/promises'
import {fileURLToPath} from 'node:url'

/** The launcher of the npm package. */
export const LAUNCHER = fileURLToPath(new URL('../../bin/run.cjs', import.meta.url))

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

/**
 * Runs the built program as a process of its own, with stdin closed as under kubectl.
 */
export const runCli = (args: readonly string[], {home, env = {}}: CliWorld): Promise<CliResult> =>
  new Promise((resolve, reject) => {
    const [program, ...before] = PROGRAM
    const child = spawn(program, [...before, ...args], {
      env: cliEnvironment(home, env),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    child.once('error', reject)
    child.once('close', (exitCode) => resolve({stdout, stderr, exitCode}))
  })

/**
 * Starts many at once, but each in a turn of its own: starting a process holds this one up, and on a busy machine the
 * servers that live in it would otherwise be silent until all have started.
 *
 * @returns what came of each
 */
export const startTogether = <T>(count: number, start: () => Promise<T>): Promise<readonly T[]> => {
  let turn: Promise<unknown> = Promise.resolve()
  const startInTurn = (): Promise<T> => {
    const ownTurn = turn.then(() => setImmediate())
    turn = ownTurn
    return ownTurn.then(start)
  }
  return Promise.all(Array.from({length: count}, startInTurn))
}

/** An environment with nothing of the developer's own but what starts a process and measures coverage. */
export const cliEnvironment = (home: string, env: Readonly<Record<string, string>>): NodeJS.ProcessEnv => {
  const kept = ['PATH', 'SystemRoot', 'NODE_V8_COVERAGE'].flatMap((name) => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  return {...Object.fromEntries(kept), HOME: home, USERPROFILE: home, XDG_CACHE_HOME: `${home}/.cache`, ...env}
}
