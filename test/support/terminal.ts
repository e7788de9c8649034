import {spawn, spawnSync} from 'node:child_process'

/** One thing to wait for on the screen, and what to type then. */
export interface Step {
  readonly shows: RegExp
  readonly type: string
}

export interface TerminalResult {
  /** All that appeared on the screen, control sequences removed. */
  readonly screen: string
  readonly exitCode: number | null
}

export const ENTER = '\r'
export const DOWN = '\u001B[B'
export const CTRL_C = '\u0003'
export const CTRL_D = '\u0004'

/** util-linux's `script`, which gives a program a terminal of its own. */
export const hasTerminal = (): boolean => /util-linux/.test(spawnSync('script', ['--version']).stdout?.toString() ?? '')

/**
 * Runs a shell command line in a terminal, as a person at the keyboard would.
 */
export const runInTerminal = (
  commandLine: string,
  env: NodeJS.ProcessEnv,
  steps: readonly Step[],
): Promise<TerminalResult> =>
  new Promise((resolve, reject) => {
    const child = spawn('script', ['-qefc', commandLine, '/dev/null'], {env: {...env, TERM: 'xterm', SHELL: '/bin/sh'}})
    const waiting = [...steps]
    let screen = ''
    let seen = 0
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      screen += withoutControls(text)
      const [next] = waiting
      if (!next?.shows.test(screen.slice(seen))) return
      seen = screen.length
      waiting.shift()
      child.stdin.write(next.type)
    })
    child.once('error', reject)
    child.once('close', (exitCode) => resolve({screen, exitCode}))
  })

// oxlint-disable-next-line no-control-regex -- control sequences are what it removes
const withoutControls = (text: string): string => text.replaceAll(/\u001B\[[0-9;?]*[A-Za-z]/g, '')
