import {Command} from '@oclif/core'
import type {Config} from '@oclif/core/interfaces'

import type {Credentials, CredentialSource} from '../credentials/credentials.ts'
import {selectSource} from '../credentials/selection/select-source.ts'
import {parseExecInfo} from '../exec/exec-info.ts'
import type {Log} from '../base/log/log.ts'
import {winstonLog} from '../base/log/winston-log.ts'
import {GLOBAL_OPTIONS, type OptionDefinitions} from '../options/definitions.ts'
import {readGlobalOptions} from '../options/global-options.ts'
import type {Flags, OptionInputs} from '../options/read-option.ts'
import {askPlugins} from '../plugins/credential-sources.ts'
import {otherContract} from '../plugins/check-contract.ts'
import {CONTRACT_VERSION} from '../plugins/contract.ts'
import {processRuntime} from '../base/runtime.ts'
import {TOKEN_LIFETIME_MS} from '../credentials/token-lifetime.ts'
import {withinTimeout} from '../base/deadline.ts'
import {createTransport} from '../transport/transport.ts'
import {pflagToOclif} from './command-line.ts'
import type {Invocation} from '../use-cases/invocation.ts'
import {isInteractive} from './is-interactive.ts'
import {oclifFlags} from './flags.ts'
import {usageError} from './usage-error.ts'

/** What a command cannot do without. */
export interface CommandNeeds {
  readonly credentials: boolean
  readonly clusterId: boolean
}

/**
 * The base of every command that uses credentials: it holds the global flags and reads arguments, environment and exec
 * info in one place.
 */
export abstract class AckCommand extends Command {
  /** The version of the plugin contract that this class is of: a plugin may bring another copy of it. */
  static readonly contract: number = CONTRACT_VERSION
  static override baseFlags = oclifFlags(GLOBAL_OPTIONS, 'GLOBAL')
  /** The options that a command adds to the global ones. */
  static options: OptionDefinitions = {}

  #log: Log | undefined

  /**
   * Reads what the command is called with.
   *
   * @throws AckError `InvalidUsage`, `InvalidOption`, `ExecInfoInvalid`
   */
  async invocation(): Promise<Invocation> {
    const runtime = processRuntime(this.config.version)
    const flags = await this.#parseFlags()
    const execInfo = parseExecInfo(runtime.env['KUBERNETES_EXEC_INFO'])
    const inputs = {flags, execInfo: execInfo?.clusterOptions ?? {}, env: runtime.env}
    const options = readGlobalOptions(inputs)
    this.#log ??= winstonLog({level: options.logLevel, format: options.logFormat, runtime})
    const log = this.#log
    const invocation = {runtime, log, options, transport: createTransport({runtime, log}), execInfo, inputs}
    return {...invocation, askPlugins: askPlugins(this.config, options.timeoutMs, () => isInteractive(invocation))}
  }

  /** The options that this command adds to the global ones. */
  get ownOptions(): OptionDefinitions {
    return (this.constructor as typeof AckCommand).options
  }

  /** What must be known before this command can run: for these, a person is asked where options leave it open. */
  needs(_inputs: OptionInputs): CommandNeeds {
    return {credentials: true, clusterId: 'cluster-id' in this.ownOptions}
  }

  /**
   * Chooses the source of the credentials, and says in the log why. Throws as {@link selectSource} does.
   *
   * @param minLifetimeMs - how long cached credentials must still be good for, in milliseconds
   */
  credentialSource(invocation: Invocation, minLifetimeMs = TOKEN_LIFETIME_MS): Promise<CredentialSource> {
    return selectSource(invocation, minLifetimeMs)
  }

  /**
   * The credentials that the options, the environment or the files name, ready to use.
   *
   * @throws AckError what choosing the source, and the source itself, throw
   */
  async credentials(invocation?: Invocation): Promise<Credentials> {
    const given = invocation ?? (await this.invocation())
    const source = await this.credentialSource(given)
    return withinTimeout(given.options.timeoutMs, (signal) => source.load(signal))
  }

  protected override async finally(failure: Error | undefined): Promise<void> {
    await this.#log?.flush()
    await super.finally(failure)
  }

  async #parseFlags(): Promise<Flags> {
    try {
      const argv = pflagToOclif(this.argv, {...GLOBAL_OPTIONS, ...this.ownOptions})
      const {flags} = await this.parse(undefined, argv)
      return flags
    } catch (error) {
      throw usageError(error, (this.id ?? '').replaceAll(':', ' '))
    }
  }
}

// The class asks for oclif's Config class, hooks are given its interface: it is the same object.
type AckCommandClass = new (argv: string[], config: Config) => AckCommand

/**
 * A command class as one made from {@link AckCommand}, be it another copy of this module: plugins have their own.
 *
 * @returns undefined for any other command
 * @throws AckError `PluginRefused` for a copy of another version of the plugin contract
 */
export const asAckCommandClass = (candidate: Candidate): AckCommandClass | undefined => {
  if (typeof (candidate.prototype as Partial<AckCommand>).invocation !== 'function') return undefined
  if (candidate.contract === CONTRACT_VERSION) return candidate as unknown as AckCommandClass
  throw otherContract(candidate.plugin?.name ?? 'of this command', candidate.contract)
}

interface Candidate {
  readonly prototype: unknown
  readonly contract?: unknown
  readonly plugin?: {readonly name: string} | undefined
}
