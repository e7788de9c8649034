import {cacheDir} from '../cache/cache-settings.ts'
import {hasClockFile, serviceClock} from '../cache/service-clock.ts'
import {heldLog} from '../base/log/held-log.ts'
import {winstonLog} from '../base/log/winston-log.ts'
import {lazily} from '../base/lazily.ts'
import type {Runtime} from '../base/runtime.ts'
import type {CredentialSource} from '../credentials/credentials.ts'
import {selectSource} from '../credentials/selection/select-source.ts'
import type {Selection} from '../credentials/selection/selection.ts'
import type {AskPlugins, SourceContext} from '../credentials/source-context.ts'
import {parseExecInfo, type ExecInfo} from '../exec/exec-info.ts'
import type {TextDefinition} from '../options/definitions.ts'
import {namesCredentials, type EntryLine} from '../options/entry-line.ts'
import {readGlobalOptions} from '../options/global-options.ts'
import type {Defaults, Flags, OptionInputs} from '../options/read-option.ts'

/** The input of a command, read and checked once. */
export interface Invocation extends SourceContext {
  /** What kubectl handed over, when it is the caller. */
  readonly execInfo: ExecInfo | undefined
  /** Where a command reads its own options from. */
  readonly inputs: OptionInputs
  /** Chooses the source of the credentials, the first time; throws as {@link selectSource} does. */
  selection(): Promise<Selection>
  /** The source of {@link selection}. */
  source(): Promise<CredentialSource>
  /** Takes the answer of a person for a flag, as if it had been typed. */
  answer(flag: string, value: string): void
  /** Writes what is left of the log; of a run that kubectl waits for only if it has failed, or `--verbose` asks for it. */
  endLog(hasFailed: boolean): Promise<void>
}

/** What the command is, and how it asks a person, or the plugins. */
export interface Questions {
  /** As in {@link SourceContext}. */
  readonly writesEntry?: boolean
  /** Whether kubectl waits for its answer, if it is kubectl that calls. */
  readonly answersKubectl?: boolean
  /** As in {@link readGlobalOptions}. */
  readonly ownRole?: TextDefinition | undefined
  /** As there. */
  readonly takesRegions?: boolean
  /** As in {@link SourceContext}. */
  readonly askProfile: (invocation: Invocation, file: string, names: readonly string[]) => Promise<string | undefined>
  /** As there; called only where a person reads stderr in a terminal, and `--assume-yes` is not set. */
  readonly tellPerson: (text: string) => void
  /** As there; absent where there are no plugins. */
  readonly askPlugins?: (invocation: Invocation, ...request: Parameters<AskPlugins>) => ReturnType<AskPlugins>
}

/**
 * Reads what a command is called with.
 *
 * @param line - the command line's words and flags, and what the defaults files say
 * @throws AckError `InvalidOption`, `ExecInfoInvalid`
 */
export const createInvocation = (
  runtime: Runtime,
  line: EntryLine & {readonly defaults?: Defaults | undefined},
  questions: Questions,
): Invocation => {
  const {askProfile, askPlugins, tellPerson, writesEntry = false, answersKubectl = false} = questions
  const {ownRole, takesRegions = false} = questions
  const {env, homeDir} = runtime
  const answers: Record<string, Flags[string]> = {...line.flags}
  const execInfo = parseExecInfo(env['KUBERNETES_EXEC_INFO'])
  const given = {env, homeDir, defaults: line.defaults, ...entryInputs(line, answersKubectl && !execInfo)}
  const inputs = {flags: answers, execInfo: execInfo?.clusterOptions ?? {}, ...given}
  const options = readGlobalOptions(inputs, {role: ownRole, takesRegions})
  const isHeld = answersKubectl && execInfo !== undefined && options.logLevel !== 'debug'
  const log = heldLog(winstonLog({level: options.logLevel, format: options.logFormat, runtime}), isHeld)
  const dir = options.noCache ? undefined : cacheDir(options, runtime)
  const clocks = lazily(async () => {
    const {openOffsets} = await import('../cache/clock-offsets.ts')
    return openOffsets({dir, options, runtime, log, clock})
  })
  const transport = lazily(async () => {
    const {createTransport} = await import('../transport/transport.ts')
    return createTransport({runtime, log, clocks: await clocks()})
  })
  // Where nothing is kept, nothing is loaded.
  const clock = serviceClock(runtime, async () => {
    if (hasClockFile(dir)) (await clocks()).reread()
  })
  let selection: Promise<Selection> | undefined
  const answer = (flag: string, value: string): void => {
    answers[flag] = value
  }
  const invocation: Invocation = {
    runtime,
    clock,
    log,
    options,
    flags: answers,
    transport: async (call, signal) => (await transport())(call, signal),
    execInfo,
    inputs,
    writesEntry,
    askProfile: async (file, names) => {
      const name = await askProfile(invocation, file, names)
      if (name !== undefined) answer('profile-name', name)
      return name
    },
    get tellPerson() {
      return runtime.stderrIsTerminal && !options.assumeYes ? tellPerson : undefined
    },
    ...(askPlugins ? {askPlugins: (request) => askPlugins(invocation, request)} : {}),
    selection: () => (selection ??= clock.correct().then(() => selectSource(invocation))),
    source: async () => (await invocation.selection()).source,
    answer,
    endLog: (hasFailed) => {
      if (hasFailed) log.release()
      return log.flush()
    },
  }
  return invocation
}

/** @param isTyped - whether a person typed it, who may mean the variables that name a profile, as in the Go tool */
const entryInputs = (
  line: EntryLine,
  isTyped: boolean,
): Pick<OptionInputs, 'namesCredentials' | 'ignoresProfileVariables'> => {
  const isNamed = namesCredentials(line)
  return {namesCredentials: isNamed, ignoresProfileVariables: isNamed && !isTyped}
}
