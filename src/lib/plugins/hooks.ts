import {Config} from '@oclif/core'
import type {Config as ConfigLike, Hook, Hooks, Options, Plugin} from '@oclif/core/interfaces'

import type {Log} from '../base/log/log.ts'
import {callPlugin} from './call-plugin.ts'
import {AUDIT_MS, CREDENTIAL_ISSUED_HOOK, type IssuedCredential, type Limits} from './contract.ts'

/** Whether the user installed or linked it. */
export const isThirdParty = ({type}: Pick<Plugin, 'type'>): boolean => type === 'user' || type === 'link'

/** The third-party plugins that have a hook for an event. */
export const pluginsWithHook = (config: ConfigLike, event: keyof Hooks): readonly Plugin[] =>
  config.getPluginsList().filter((plugin) => isThirdParty(plugin) && (plugin.hooks[event]?.length ?? 0) > 0)

/** A call of one plugin's hook. */
interface HookCall {
  readonly event: keyof Hooks
  /** What the hook is given, beside the limits and what oclif adds. */
  readonly given: object
  readonly deadline: Date
}

/**
 * Runs one plugin's hook for an event.
 *
 * @returns what the hook returns
 * @throws AckError what {@link callPlugin} throws
 */
export const runPluginHook = (
  config: ConfigLike,
  plugin: Plugin,
  {event, given, deadline}: HookCall,
): Promise<unknown> => {
  const run = async (limits: Limits): Promise<unknown> => {
    const {failures, successes} = await runHooksOf([plugin], config, event, {...given, ...limits}, undefined, true)
    if (failures[0]) throw failures[0].error
    return successes[0]?.result
  }
  return callPlugin({plugin: plugin.name, where: `in its ${event} hook`, deadline}, run)
}

/** Tells plugins of a credential that was issued. A failure is only a warning: kubectl has the credential. */
export const tellIssued = async (config: ConfigLike, credential: IssuedCredential, log: Log): Promise<void> => {
  const deadline = new Date(Date.now() + AUDIT_MS)
  for (const plugin of pluginsWithHook(config, CREDENTIAL_ISSUED_HOOK)) {
    const given = {credential: Object.freeze({...credential})}
    try {
      await runPluginHook(config, plugin, {event: CREDENTIAL_ISSUED_HOOK, given, deadline})
    } catch (error) {
      log.warn(error instanceof Error ? error.message : String(error))
    }
  }
}

/** Events of every run. The hooks of others answer to whoever asks, as oclif has it: an exit may be an answer. */
const AROUND_COMMANDS: ReadonlySet<keyof Hooks> = new Set(['init', 'prerun', 'postrun', 'finally'])

/**
 * oclif's configuration with which a third-party hook around a command (`init`, `prerun`, …) that fails or hangs ends the
 * run with an error that names the plugin, where oclif would go on, or wait forever. Our own hooks run first, without a
 * limit: they ask people.
 */
export class GuardedConfig extends Config {
  // Not a #field: hooks are given a view of this object, which would not have it.
  private readonly hookTimeoutMs: number

  /** @param hookTimeoutMs - how long the third-party hooks for one event may take together, in milliseconds */
  constructor(options: Options, hookTimeoutMs: number) {
    super(options)
    this.hookTimeoutMs = hookTimeoutMs
  }

  /** @throws AckError what {@link runPluginHook} throws; and what oclif throws for a failure of ours */
  override async runHook<T extends keyof Hooks>(
    event: T,
    given: Hooks[T]['options'],
    timeoutMs?: number,
    captureErrors?: boolean,
  ): Promise<Hook.Result<Hooks[T]['return']>> {
    const thirdParty = AROUND_COMMANDS.has(event) ? pluginsWithHook(this, event) : []
    if (thirdParty.length === 0) return super.runHook(event, given, timeoutMs, captureErrors)
    const ours = this.getPluginsList().filter((plugin) => !isThirdParty(plugin))
    const {failures, successes} = await runHooksOf(ours, this, event, given, timeoutMs, captureErrors)
    const deadline = new Date(Date.now() + this.hookTimeoutMs)
    for (const plugin of thirdParty)
      successes.push({plugin, result: await runPluginHook(this, plugin, {event, given, deadline})})
    return {failures, successes}
  }
}

/** oclif's `runHook`, with a view of its configuration in which only these plugins have a hook for the event. */
const runHooksOf = (
  plugins: readonly Plugin[],
  config: ConfigLike,
  ...[event, ...rest]: Parameters<Config['runHook']>
): Promise<Hook.Result<unknown>> => {
  const seen = config.getPluginsList().map((plugin): Plugin => {
    if (plugins.includes(plugin)) return plugin
    return Object.create(plugin, {hooks: {value: {...plugin.hooks, [event]: []}}}) as Plugin
  })
  const view = Object.create(config, {plugins: {value: new Map(seen.map((plugin) => [plugin.name, plugin]))}}) as Config
  return Config.prototype.runHook.call(view, event, ...rest)
}
