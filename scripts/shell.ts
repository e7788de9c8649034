import {spawn, type ChildProcessWithoutNullStreams} from 'node:child_process'

/** A shell that stays, so that a directory, a variable or a shell that is opened in it counts for the next command. */
export interface Shell {
  /** Runs a command with stdin closed; stdout and stderr come as one text, as on a terminal. */
  run(command: string): Promise<Ran>
  /** Runs a command that opens another shell, in which the next commands run, and which has no exit code yet. */
  open(command: string): Promise<Ran>
  /** Ends it, with all that runs in it. */
  end(): Promise<void>
}

export interface Ran {
  readonly exitCode: number
  readonly output: string
}

const LIMIT_MS = 600_000
const END_MS = 10_000
/** What the shell prints behind the output of a command, with its exit code. */
const MARK = 'end-of-command-5f1c'
const ENDED = new RegExp(`^([^]*?)\\n${MARK} (\\d+)\\n`)

/** Starts bash without the settings of its user, and with these variables alone. */
export const startShell = async (surroundings: {
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
}): Promise<Shell> => {
  // A process group of its own, to be ended as one.
  const child = spawn('bash', ['--noprofile', '--norc'], {...surroundings, stdio: 'pipe', detached: true})
  let isOver = false
  const over = new Promise<void>((resolve) => {
    child.once('close', () => {
      isOver = true
      resolve()
    })
  })
  const ask = (line: string): Promise<Ran> => answerOf(child, `${line}\nprintf '\\n${MARK} %s\\n' "$?"\n`)
  await ask('exec 2>&1')
  return {
    run: (command) => ask(`{ ${command}\n} < /dev/null`),
    open: ask,
    end: async () => {
      child.stdin.end()
      const timer = setTimeout(() => killGroup(child), END_MS)
      if (!isOver) await over
      clearTimeout(timer)
    },
  }
}

const killGroup = ({pid}: ChildProcessWithoutNullStreams): void => {
  if (pid !== undefined) process.kill(-pid, 'SIGKILL')
}

const answerOf = (child: ChildProcessWithoutNullStreams, lines: string): Promise<Ran> =>
  new Promise((resolve, reject) => {
    let seen = ''
    const timer = setTimeout(() => {
      killGroup(child)
      done(() => reject(new Error(`no end after ${LIMIT_MS / 1000} s of: ${lines}\n${seen}`)))
    }, LIMIT_MS)
    const read = (chunk: string): void => {
      seen += chunk
      const [, output = '', exitCode] = ENDED.exec(seen) ?? []
      if (exitCode !== undefined) done(() => resolve({output, exitCode: Number(exitCode)}))
    }
    const closed = (): void => done(() => reject(new Error(`the shell ended in: ${lines}\n${seen}`)))
    const done = (settle: () => void): void => {
      clearTimeout(timer)
      child.stdout.off('data', read)
      child.off('close', closed)
      settle()
    }
    child.stdout.setEncoding('utf8').on('data', read)
    child.once('close', closed)
    child.stdin.write(lines)
  })
