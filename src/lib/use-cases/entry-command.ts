import {AckError} from '../base/errors.ts'
import type {Log} from '../base/log/log.ts'
import type {Runtime} from '../base/runtime.ts'
import {shellWord} from '../base/shell-words.ts'
import type {ExecApiVersion} from '../exec/exec-info.ts'
import type {CheckCommands} from '../kubeconfig/merge/merge-clusters.ts'
import type {PlannedCommand} from '../kubeconfig/merge/merge-plan.ts'
import type {KubeconfigOptions} from '../options/kubeconfig-options.ts'
import {isBatchFile, MISREAD_CHARACTERS, misreadByCmd} from '../programs/batch-file.ts'
import {findPrograms, lookUpProgram, type Lookup} from '../programs/find-programs.ts'
import {findKubectl} from '../programs/kubectl-version.ts'
import {isOfNpmRun, ownCommand} from '../programs/own-command.ts'
import {whyNotRunnable} from '../programs/program-file.ts'
import {PROGRAM_NAME, recogniseProgram, type Recognised} from '../programs/recognise-program.ts'

interface Context {
  readonly runtime: Runtime
  readonly log: Pick<Log, 'info' | 'warn'>
}

/** The command of an exec entry, and the version of client-go's API that it speaks. */
type EntryCommand = Pick<KubeconfigOptions, 'execCommand' | 'apiVersion'>

/**
 * What an entry for the kubectl of this machine says where the options leave it open: the name of this program if PATH
 * leads to it, else its absolute path; and version v1 of the API if kubectl knows it.
 */
export const commandForThisMachine = async (options: KubeconfigOptions, context: Context): Promise<EntryCommand> => {
  if (options.forAnotherMachine) return options
  const [execCommand, apiVersion] = await Promise.all([
    options.execCommandFrom === undefined ? chooseCommand(context) : options.execCommand,
    options.choosesApiVersion ? options.apiVersion : knownApiVersion(options.apiVersion, context),
  ])
  return {execCommand, apiVersion}
}

const knownApiVersion = async (otherwise: ExecApiVersion, {runtime}: Context): Promise<ExecApiVersion> =>
  (await findKubectl(runtime))?.knowsExecV1 === true ? 'v1' : otherwise

const chooseCommand = async ({runtime, log}: Context): Promise<string> => {
  const inPath = await lookIntoPath(runtime)
  if ('path' in inPath) return PROGRAM_NAME
  const own = ownCommand(runtime)
  if ('path' in own) {
    if (inPath.isOther) log.info(`kubectl will start ${own.path}, since ${PROGRAM_NAME} ${inPath.why}`)
    return own.path
  }
  log.warn(
    `kubectl will not start this program: ${PROGRAM_NAME} ${inPath.why}, and this one ${own.why}; install it where it stays and add its directory to PATH, or pass --exec-command <path>`,
  )
  return PROGRAM_NAME
}

/** Where the name leads kubectl, if to this program, of this version; else why not. */
const lookIntoPath = async (
  runtime: Runtime,
): Promise<{readonly path: string} | {readonly why: string; readonly isOther?: boolean}> => {
  const found = lookUpProgram(PROGRAM_NAME, runtime)
  if ('why' in found) return found
  const lasting = findPrograms(PROGRAM_NAME, runtime).find((path) => !isOfNpmRun(path))
  if (lasting === undefined) return {why: 'is in PATH only for this run'}
  const why = whyNotRunnable(lasting, runtime)
  if (why !== undefined) return {why: `in PATH is ${lasting}, which ${why}`, isOther: true}
  const other = describeOther(await recogniseProgram(lasting, runtime), runtime)
  return other === undefined ? {path: lasting} : {why: `in PATH is ${other} (${lasting})`, isOther: true}
}

const describeOther = (program: Recognised, {version}: Runtime): string | undefined => {
  if (program.is === 'go') return 'the Go tool'
  if (program.is === 'unknown') return 'another program'
  return program.is === 'copy' && program.version.split(' ', 1)[0] !== version
    ? `version ${program.version} of it`
    : undefined
}

/**
 * Checks the command of a kubeconfig that may be for any machine, which therefore names this program and no path.
 *
 * @throws AckError `InvalidOption` for a command that was chosen and cannot be started here
 */
export const checkCommand = async (options: KubeconfigOptions, {runtime, log}: Context): Promise<void> => {
  const {forAnotherMachine, execCommand, execCommandFrom} = options
  if (forAnotherMachine) return
  if (execCommandFrom !== undefined) {
    const {why} = await startable(execCommand, runtime)
    if (why !== undefined) throw notThere(execCommandFrom, execCommand, why)
    return warnOfGoTool(execCommand, {runtime, log})
  }
  const inPath = await lookIntoPath(runtime)
  // That it is not here at all says nothing of where the kubeconfig goes, and kubectl says what to do then.
  if ('path' in inPath || inPath.isOther !== true) return
  const own = ownCommand(runtime)
  log.warn(
    `kubectl on this machine will not start this program: ${PROGRAM_NAME} ${inPath.why}; pass ${
      'path' in own ? `--exec-command ${shellWord(own.path, runtime.platform)}` : '--exec-command <path>'
    }, or --for-another-machine`,
  )
}

/**
 * Checks the arguments of an entry whose command is a batch file of Windows, as npm's shim is: client-go starts it by
 * cmd.exe, which would run what follows an `&`.
 *
 * @throws AckError `InvalidOption`
 */
export const checkArguments = (
  {command, args}: Pick<PlannedCommand, 'command' | 'args'>,
  {forAnotherMachine}: Pick<KubeconfigOptions, 'forAnotherMachine'>,
  {runtime}: Pick<Context, 'runtime'>,
): void => {
  const found = forAnotherMachine ? {path: command} : lookUpProgram(command, runtime)
  const path = 'path' in found ? found.path : command
  const misread = isBatchFile(path, forAnotherMachine ? 'win32' : runtime.platform) && misreadByCmd(path, args)
  if (misread)
    throw new AckError(
      'InvalidOption',
      `kubectl starts ${JSON.stringify(path)} by cmd.exe, which would misread ${misread}: it has one of ${MISREAD_CHARACTERS}`,
      `use another name, or install the standalone executable and pass its path: --exec-command <path>${
        forAnotherMachine ? '' : '; if the kubeconfig is for another machine, add --for-another-machine'
      }`,
    )
}

/**
 * Checks the commands that entries will have, each command once. One that was chosen has to be there, unless the entry is
 * kept for another machine, as one is whose command is not here either; one that is kept is only warned of.
 */
export const checkCommands =
  (options: KubeconfigOptions, {runtime, log}: Context): CheckCommands =>
  async (entries) => {
    const {forAnotherMachine, execCommand, execCommandFrom} = options
    for (const entry of entries) checkArguments(entry, options, {runtime})
    if (forAnotherMachine) return
    const isChosen = (command: string): boolean => execCommandFrom !== undefined && command === execCommand
    // What was not chosen and is not kept either is what was found here.
    const checked = entries.filter(({before, command}) => isChosen(command) || command === before)
    for (const [command, users] of usersByCommand(checked)) {
      const {why} = await startable(command, runtime)
      if (why === undefined) await warnOfGoTool(command, {runtime, log})
      else if (isChosen(command) && (await replacesAny(users, runtime)))
        throw notThere(execCommandFrom ?? '', command, why)
      else
        log.warn(
          `kubectl cannot start the command of ${describeUsers(users)} here: ${JSON.stringify(command)} ${why}; --exec-command sets another one`,
        )
    }
  }

const usersByCommand = (entries: readonly PlannedCommand[]): ReadonlyMap<string, readonly PlannedCommand[]> => {
  const users = new Map<string, PlannedCommand[]>()
  for (const entry of entries) users.set(entry.command, [...(users.get(entry.command) ?? []), entry])
  return users
}

/** Whether one of the users is new, or has a command that is here. */
const replacesAny = async (users: readonly PlannedCommand[], runtime: Runtime): Promise<boolean> => {
  const before = new Set(users.map((user) => user.before))
  for (const command of before)
    if (command === undefined || (await startable(command, runtime)).why === undefined) return true
  return false
}

/** A fleet has more users than anybody reads. */
const describeUsers = (users: readonly PlannedCommand[]): string => {
  const [first, ...others] = users.map(({user}) => JSON.stringify(user))
  return others.length === 0 ? `user ${first}` : `user ${first} and ${others.length} more`
}

const startable = async (command: string, runtime: Runtime): Promise<{readonly why: string | undefined}> => {
  const found: Lookup = lookUpProgram(command, runtime)
  if ('why' in found) return found
  return {why: whyNotRunnable(found.path, runtime)}
}

const warnOfGoTool = async (command: string, {runtime, log}: Context): Promise<void> => {
  const found = lookUpProgram(command, runtime)
  if ('path' in found && (await recogniseProgram(found.path, runtime)).is === 'go')
    log.warn(`${found.path} is the Go tool, which does not know every option of this program`)
}

const notThere = (from: string, command: string, why: string): AckError =>
  new AckError(
    'InvalidOption',
    `kubectl cannot start ${from} ${JSON.stringify(command)}: it ${why}`,
    'correct it, or install the program first; if the kubeconfig is for another machine, add --for-another-machine',
  )
