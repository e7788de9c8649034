import type {ChildProcess} from 'node:child_process'
import {statSync} from 'node:fs'

import {givenEnvironment} from '../../base/given-environment.ts'
import {AckError, type ErrorCode} from '../../base/errors.ts'
import type {JsonObject} from '../../base/json-object.ts'
import type {Profile} from '../../profile-files/profile.ts'
import type {Environment} from '../../base/runtime.ts'
import {DISABLE_EXTERNAL_PROCESS, externalProcessesAreDisabled} from './external-processes.ts'
import {MAX_OUTPUT_BYTES, runToEnd, type Ending} from '../../programs/process-output.ts'
import {printedObject, printedProfile} from './printed-profile.ts'
import {sha256Hex} from '../../signing/hash.ts'
import {programOnWindows} from '../../programs/program-on-windows.ts'
import type {SourceContext} from '../source-context.ts'
import {splitCommand} from './split-command.ts'

/** The limit of a program, in milliseconds, where no person is there to end it and --timeout is not longer. */
export const PROCESS_TIMEOUT_MS = 60_000

/** How many commands may run in one another. */
const MAX_CHAIN = 10

/** When a person is told what takes so long, in milliseconds. */
const TELL_AFTER_MS = 2000

/** A command that prints credentials. */
export interface ExternalCommand {
  readonly command: string
  /** The profile that holds it, for messages. */
  readonly description: string
  /** Its time limit where no person is there, in milliseconds; 60 s by default. */
  readonly timeoutMs?: number
  /** When a person is told that it is waited for, in milliseconds; 2 s by default. */
  readonly tellAfterMs?: number
}

type ProcessContext = Pick<SourceContext, 'runtime' | 'log' | 'tellPerson'>

/**
 * Runs a program without a shell, with an empty stdin and our stderr (under kubectl: with what it says there in the log,
 * which is silent on success), and reads the JSON object that it prints: all of its stdout, else the first `{…"mode"…}` in
 * it without inner braces, as in the aliyun CLI. It may print up to 1 MiB. Where a person is at the terminal, a login in a
 * browser may take as long as it takes, and they are told. A signal that ends this process ends the program, too, and where
 * no person is at a terminal all that it has started.
 *
 * @throws AckError `ProfileNotSupported` where `ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS` forbids it, `ProfileInvalid`,
 *   `ProcessFailed`, `DeadlineExceeded`. The message names the program and how it ended, never its arguments or output
 */
export const runExternalProcess = async (
  {command, description, timeoutMs = PROCESS_TIMEOUT_MS, tellAfterMs = TELL_AFTER_MS}: ExternalCommand,
  {runtime, log, tellPerson}: ProcessContext,
): Promise<JsonObject> => {
  refuseIfDisabled(runtime.env, description)
  const [program, ...args] = splitCommand(command, runtime.platform, description)
  const chain = chainWith(command, description, runtime)
  const {posix, win32} = process.getBuiltinModule('node:path')
  const name = JSON.stringify((runtime.platform === 'win32' ? win32 : posix).basename(program))
  const fail = (what: string, nextStep: string, code: ErrorCode = 'ProcessFailed'): AckError =>
    new AckError(code, `the process_command of ${description} failed: ${name} ${what}`, nextStep)

  log.debug(`credentials: running ${name}, the process_command of ${description}`)
  const path = runtime.platform === 'win32' ? programOnWindows(program, runtime.env, isFile) : program
  const waiting =
    tellPerson &&
    setTimeout(
      tellPerson,
      tellAfterMs,
      `Waiting for ${name}, the process_command of ${description}. There is no time limit; Ctrl-C cancels.`,
    )
  const limitMs = tellPerson ? undefined : timeoutMs
  const limits = {timeoutMs: limitMs, leadsGroup: leadsGroup(runtime)}
  const {ending, stderr} =
    path === undefined
      ? {ending: {notStarted: 'ENOENT'}, stderr: ''}
      : await runToEnd(() => startProcess([path, ...args], chain, runtime), limits)
  clearTimeout(waiting)
  if (stderr !== '') log.warn(`the process_command of ${description} wrote to its stderr:\n${stderr}`)
  if ('stdout' in ending && ending.exitCode === 0) {
    const object = printedObject(ending.stdout.toString('utf8'))
    if (object) return object
    const what = ending.stdout.includes(0) ? 'printed UTF-16 or binary data' : 'printed no JSON object'
    throw fail(what, 'make it print only a profile, as JSON in UTF-8, to its standard output')
  }
  throw fail(...describeEnding(ending, timeoutMs))
}

/**
 * Runs a command and reads its output as a profile.
 *
 * @throws AckError what {@link runExternalProcess} and {@link printedProfile} throw
 */
export const externalProfile = async (command: ExternalCommand, context: ProcessContext): Promise<Profile> =>
  printedProfile(await runExternalProcess(command, context), command.description)

const refuseIfDisabled = (env: Environment, description: string): void => {
  if (!externalProcessesAreDisabled(env)) return
  throw new AckError(
    'ProfileNotSupported',
    `${description} gets its credentials from a process_command, which ${DISABLE_EXTERNAL_PROCESS} forbids`,
    `unset ${DISABLE_EXTERNAL_PROCESS}, or choose another profile`,
  )
}

/** Tells a program that calls this one again of which commands it is a part: of each the beginning of its SHA-256. */
const CHAIN = 'ACK_RAM_TOOL_PROCESS_CHAIN'

/** Else each of them would start the next, without end. */
const chainWith = (command: string, description: string, {env}: ProcessContext['runtime']): readonly string[] => {
  const chain = env[CHAIN]?.split(',') ?? []
  const own = sha256Hex(command).slice(0, 16)
  if (!chain.includes(own) && chain.length < MAX_CHAIN) return [...chain, own]
  throw new AckError(
    'ProfileInvalid',
    `the process_command of ${description} leads back to itself`,
    'have it name another profile, such as by --profile-name, or get the credentials elsewhere',
  )
}

/** Whether somebody may read at once what the program says: under kubectl only a person at a terminal. */
const isHeard = ({env, stderrIsTerminal}: ProcessContext['runtime']): boolean =>
  !env['KUBERNETES_EXEC_INFO'] || stderrIsTerminal

const isFile = (path: string): boolean => {
  try {
    return statSync(path).isFile()
  } catch {
    return false
  }
}

const startProcess = (
  [program, ...args]: readonly [string, ...string[]],
  chain: readonly string[],
  runtime: ProcessContext['runtime'],
): ChildProcess => {
  const {spawn} = process.getBuiltinModule('node:child_process')
  const stdio = ['ignore', 'pipe', isHeard(runtime) ? 'inherit' : 'pipe'] as const
  return spawn(program, args, {
    env: {...givenEnvironment(runtime.env), [CHAIN]: chain.join()},
    stdio: [...stdio],
    detached: leadsGroup(runtime),
    windowsHide: true,
  })
}

/**
 * Whether the program gets a group of its own, to be ended as one. A person's login has to stay in that of the terminal, to
 * read from it and to get its Ctrl-C; on Windows a group would open a window.
 */
const leadsGroup = (runtime: ProcessContext['runtime']): boolean =>
  runtime.platform !== 'win32' && !runtime.stdinIsTerminal && !runtime.stdoutIsTerminal && !runtime.stderrIsTerminal

const describeEnding = (ending: Ending, timeoutMs: number): [what: string, nextStep: string, code?: ErrorCode] => {
  if ('notStarted' in ending)
    return NOT_STARTED[ending.notStarted] ?? [`cannot be started (${ending.notStarted})`, RUN_IT]
  if ('stdout' in ending) {
    return [ending.killedBy ? `was killed by ${ending.killedBy}` : `exited with code ${ending.exitCode}`, RUN_IT]
  }
  if (ending.stopped === 'timeout')
    return [
      `did not end within ${timeoutMs / 1000} s, the limit without a person at a terminal`,
      'if it waits for a login, run the command in a terminal and without --assume-yes: there is no limit then',
      'DeadlineExceeded',
    ]
  return [`printed more than ${MAX_OUTPUT_BYTES / 1024 / 1024} MiB`, RUN_IT]
}

const RUN_IT = 'run the command yourself to see the problem; its own messages, if any, are above'

const NOT_STARTED: Readonly<Record<string, [what: string, nextStep: string]>> = {
  ENOENT: ['was not found', 'install it, or correct its path in the command or in PATH'],
  EACCES: ['is not executable', 'make it executable, or name its interpreter first'],
  EINVAL: ['cannot be started', 'name an executable file; a batch file needs `cmd.exe /c` before it'],
  ERR_INVALID_ARG_VALUE: ['cannot be started: the command contains a NUL character', 'correct the command'],
}
