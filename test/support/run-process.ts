import {spawn} from 'node:child_process'

export interface CliResult {
  readonly stdout: string
  readonly stderr: string
  readonly exitCode: number | null
}

export type Command = readonly [program: string, ...args: string[]]

/** Longer than the longest test: a program that hangs must not outlive it. */
const LIMIT_MS = 600_000

/**
 * Runs a command with stdin closed, as under kubectl.
 *
 * @param cwd - its current directory, if not that of this process
 */
export const runProcess = ([program, ...args]: Command, env: NodeJS.ProcessEnv, cwd?: string): Promise<CliResult> =>
  new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      env,
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: LIMIT_MS,
      killSignal: 'SIGKILL',
    })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (written: string) => (stdout += written))
    child.stderr.setEncoding('utf8').on('data', (written: string) => (stderr += written))
    child.once('error', reject)
    child.once('close', (exitCode) => resolve({stdout, stderr, exitCode}))
  })
