import {Command} from '@oclif/core'
import type {Config, LoadOptions} from '@oclif/core/interfaces'

import {processRuntime} from '../base/runtime.ts'
import type {Credentials, CredentialSource} from '../credentials/credentials.ts'
import {credentialsFrom} from '../credentials/use-source.ts'
import {withDefaults} from '../defaults/config-files.ts'
import {GLOBAL_OPTIONS, type OptionDefinitions, type TextDefinition} from '../options/definitions.ts'
import {switchedOnBy, type Flags, type OptionInputs} from '../options/read-option.ts'
import {CONTRACT_VERSION} from '../plugins/contract.ts'
import {askPlugins} from '../plugins/credential-sources.ts'
import {contractMismatch} from '../plugins/load-plugins.ts'
import {createInvocation, type Invocation} from '../use-cases/invocation.ts'
import {askProfile, type CommandNeeds} from './ask-missing.ts'
import {flagsOf, onlyFlags, wordsOf, writtenForOclif, type Words} from './command-line.ts'
import {oclifFlags} from './flags.ts'
import {isInteractive} from './is-interactive.ts'
import type {ReadFlags} from './read-flags.ts'
import {usageError} from './usage-error.ts'
import {tellPerson} from './write-answer.ts'

/**
 * The base of every command that uses credentials: it holds the global flags and reads arguments, environment and exec
 * info once.
 */
export abstract class AckCommand extends Command {
  /** The version of the plugin contract that this class is of: a plugin may bring another copy of it. */
  static readonly contract: number = CONTRACT_VERSION
  static override baseFlags = oclifFlags(GLOBAL_OPTIONS, 'GLOBAL')
  /** The options that a command adds to the global ones. */
  static options: OptionDefinitions = {}
  /** Whether it takes words besides flags; `strict` has to be false then, so that oclif does not take them for topics. */
  static takesWords = false

  /** Whether it writes an entry by which kubectl calls this program. */
  static writesEntry = false
  /** Whether kubectl calls it and waits for its answer. */
  static answersKubectl = false

  #invocation: Promise<Invocation> | undefined
  #arguments: Readonly<Record<string, unknown>> = {}

  /** Runs the command that the prerun hook has prepared for these arguments, if it has. */
  static override async run<T extends Command>(
    this: new (argv: string[], config: Config) => T,
    argv?: string[],
    opts?: LoadOptions,
  ): Promise<ReturnType<T['run']>> {
    const prepared = argv && (preparedCommand(argv) as {_run(): Promise<ReturnType<T['run']>>} | undefined)
    // oxlint-disable-next-line no-underscore-dangle -- oclif's own name
    return prepared ? prepared._run() : (super.run(argv, opts) as Promise<ReturnType<T['run']>>)
  }

  /**
   * Reads the command's input, and asks a person for what is missing; both the first time only.
   *
   * @throws AckError `InvalidUsage`, `InvalidOption`, `ExecInfoInvalid`; `Cancelled` on Ctrl-C
   */
  invocation(): Promise<Invocation> {
    return (this.#invocation ??= this.#prepare())
  }

  /** The options that this command adds to the global ones. */
  get ownOptions(): OptionDefinitions {
    return (this.constructor as typeof AckCommand).options
  }

  /** One of the command's arguments, once the invocation is there; empty if it was not given. */
  protected argument(name: string): string {
    const value = this.#arguments[name]
    return typeof value === 'string' ? value : ''
  }

  /** The `--role-arn` of a command that assumes a role itself, where the variables of the global one do not do. */
  get ownRole(): TextDefinition | undefined {
    return undefined
  }

  /** What must be known before this command can run: for these, a person is asked where options leave it open. */
  needs(_inputs: OptionInputs): CommandNeeds {
    return {credentials: true, clusterId: 'cluster-id' in this.ownOptions}
  }

  /** What stands on the command line besides flags. */
  protected get given(): Words {
    return wordsOf(this.#line)
  }

  /** Chooses the source of the credentials, and says in the log why. Throws as `selectSource` does. */
  credentialSource(invocation: Invocation): Promise<CredentialSource> {
    return invocation.source()
  }

  /**
   * The credentials that the options, the environment or the files name, ready to use.
   *
   * @throws AckError what choosing the source, and the source itself, throw
   */
  async credentials(invocation?: Invocation): Promise<Credentials> {
    const given = invocation ?? (await this.invocation())
    return credentialsFrom(await given.source(), given.options.timeoutMs)
  }

  protected override async finally(failure: Error | undefined): Promise<void> {
    const invocation = await this.#invocation?.catch(() => undefined)
    await invocation?.endLog(failure !== undefined)
    await super.finally(failure)
  }

  async #prepare(): Promise<Invocation> {
    const runtime = processRuntime()
    const {writesEntry, answersKubectl} = this.constructor as typeof AckCommand
    const command = (this.id ?? '').replaceAll(':', ' ')
    const line = await withDefaults({...this.#line, command}, runtime)
    const given = {command, flags: await this.#parseFlags(line, command), defaults: line.defaults}
    const invocation = createInvocation(runtime, given, {
      writesEntry,
      answersKubectl,
      ownRole: this.ownRole,
      takesRegions: 'region-id' in this.ownOptions,
      askProfile,
      tellPerson,
      askPlugins: (asker, request) =>
        askPlugins(this.config, asker.options.timeoutMs, () => isInteractive(asker))(request),
    })
    // Without oclif, which is how kubectl calls them, these commands say nothing either.
    if (!answersKubectl)
      for (const warning of switchedOffInVain({...GLOBAL_OPTIONS, ...this.ownOptions}, invocation.inputs))
        invocation.log.warn(warning)
    await invocation.clock.correct()
    const {'cluster-id': clusterId} = this.ownOptions
    const needs = this.needs(invocation.inputs)
    if (clusterId?.kind === 'text' && needs.clusterId !== false) {
      const {chooseCluster} = await import('./choose-cluster.ts')
      await chooseCluster(invocation, {needs, definition: clusterId, answersKubectl})
    }
    return invocation
  }

  get #line(): ReadFlags {
    return flagsOf(this.argv, [this.ownOptions, GLOBAL_OPTIONS])
  }

  async #parseFlags(line: ReadFlags, command: string): Promise<Flags> {
    // Where NODE_ENV is not production, oclif warns of a command that does not call its parser.
    this.parsed = true
    const {takesWords} = this.constructor as typeof AckCommand
    if (takesWords || !this.#hasFlagsOfItsOwn()) return onlyFlags(line, this.ownOptions, command, takesWords)
    if (line.problem) throw line.problem
    try {
      const {flags, args} = await this.parse(undefined, writtenForOclif(line))
      this.#arguments = args
      return flags
    } catch (error) {
      throw usageError(error, command)
    }
  }

  /** Whether it takes what only oclif knows: a third-party command may. */
  #hasFlagsOfItsOwn(): boolean {
    const {flags, args, strict, options} = this.constructor as typeof AckCommand
    // A class may have neither, though oclif's types say otherwise.
    return !strict || Object.keys({...args}).length > 0 || Object.keys({...flags}).some((name) => !(name in options))
  }
}

/** Of flags such as `--assume-yes=false` where a variable says true, which wins as in the Go tool. */
const switchedOffInVain = (options: OptionDefinitions, inputs: OptionInputs): readonly string[] =>
  Object.entries(options).flatMap(([name, definition]) => {
    if (definition.kind !== 'boolean' || inputs.flags[name] !== false) return []
    const variable = switchedOnBy(name, definition, inputs)
    return variable === undefined ? [] : [`--${name}=false changes nothing: ${variable} is true; unset it`]
  })

const PREPARED = Symbol.for('ack-ram-tool.prepared-command')

/** The command that was prepared for the very array of arguments that oclif hands from the prerun hook to the command. */
const preparedCommand = (argv: readonly string[]): unknown => (argv as {[PREPARED]?: unknown})[PREPARED]

/**
 * Prepares a command before oclif runs it: its options are read, and a person is asked for what is missing.
 *
 * @param argv - the array that oclif will hand to the command
 * @throws AckError as {@link AckCommand.invocation} does; `PluginRefused`
 */
export const prepareCommand = async (Candidate: Candidate, argv: string[], config: Config): Promise<void> => {
  const CommandClass = asAckCommandClass(Candidate)
  if (!CommandClass) return
  const command = new CommandClass(argv, config)
  Object.defineProperty(argv, PREPARED, {value: command})
  await command.invocation()
}

// The class asks for oclif's Config class, hooks are given its interface: it is the same object.
type AckCommandClass = new (argv: string[], config: Config) => AckCommand

/**
 * A command class as one made from {@link AckCommand}, be it another copy of this module: plugins have their own.
 *
 * @returns undefined for any other command
 * @throws AckError `PluginRefused` for a copy of another version of the plugin contract
 */
const asAckCommandClass = (candidate: Candidate): AckCommandClass | undefined => {
  if (typeof (candidate.prototype as Partial<AckCommand>).invocation !== 'function') return undefined
  if (candidate.contract === CONTRACT_VERSION) return candidate as unknown as AckCommandClass
  throw contractMismatch(candidate.plugin?.name ?? 'of this command', candidate.contract)
}

interface Candidate {
  readonly prototype: unknown
  readonly contract?: unknown
  readonly plugin?: {readonly name: string} | undefined
}
