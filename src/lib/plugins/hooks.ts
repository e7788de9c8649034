import {Config} from '@oclif/core'
import type {Config as ConfigLike, Plugin} from '@oclif/core/interfaces'

import type {Log} from '../base/log/log.ts'
import {callPlugin, pluginFailure} from './call-plugin.ts'
import {CREDENTIAL_ISSUED_HOOK, type IssuedCredential, type Limits} from './contract.ts'

/** The plugins of others that have a hook. */
export const pluginsWithHook = (config: ConfigLike, event: string): readonly Plugin[] =>
  config.getPluginsList().filter((plugin) => isOfOthers(plugin) && (plugin.hooks[event]?.length ?? 0) > 0)

/** Whether the user has installed or linked it, rather than we. */
export const isOfOthers = ({type}: Pick<Plugin, 'type'>): boolean => type === 'user' || type === 'link'

/**
 * Runs one plugin's hook for an event, and gives what it answers.
 *
 * @throws AckError what {@link callPlugin} throws
 */
export const runPluginHook = (
  config: ConfigLike,
  plugin: Plugin,
  {event, given, deadline}: {readonly event: string; readonly given: object; readonly deadline: Date},
): Promise<unknown> => {
  // oclif runs the hooks of all plugins that it sees, so it is shown the one.
  const alone = Object.create(config, {plugins: {value: new Map([[plugin.name, plugin]])}}) as ConfigLike
  const run = async (limits: Limits): Promise<unknown> => {
    const {failures, successes} = await alone.runHook(event, {...given, ...limits}, undefined, true)
    if (failures[0]) throw failures[0].error
    return successes[0]?.result
  }
  return callPlugin({plugin: plugin.name, what: `its ${event} hook`, deadline}, run)
}

/**
 * Guards a run that kubectl waits for: whatever a plugin's hook for one of oclif's own events (`init`, `prerun`, …) does
 * wrong becomes an error that names it, where oclif would go on, or wait for ever. Our own hooks come first, and may take
 * their time: they ask people.
 *
 * @param timeoutMs - how long the hooks of others may take for each event, in milliseconds
 */
export const guardHooks = (timeoutMs: number): void => {
  // oxlint-disable-next-line typescript/unbound-method -- called with the configuration as this
  const runHook = Config.prototype.runHook
  // oclif makes its configuration itself, so the class is told.
  Config.prototype.runHook = async function (
    this: Config,
    event: string,
    given: object,
    timeout?: number,
    capture?: boolean,
  ) {
    const others = pluginsWithHook(this, event)
    // The contract's own hooks are called one by one, with their errors captured.
    if (others.length === 0 || capture) return runHook.call(this, event, given as never, timeout, capture)
    const ours = this.getPluginsList().filter((plugin) => !isOfOthers(plugin))
    const first = await hiding(others, event, () => runHook.call(this, event, given as never, timeout))
    const names = others.map(({name}) => name).join(', ')
    const what = `its ${event} hook`
    const deadline = new Date(Date.now() + timeoutMs)
    const {failures, successes} = await callPlugin({plugin: names, what, deadline}, () =>
      hiding(ours, event, () => runHook.call(this, event, given as never, timeout, true)),
    )
    for (const {error, plugin} of failures) throw pluginFailure(plugin.name, what, error)
    return {failures: first.failures, successes: [...first.successes, ...successes]}
  } as Config['runHook']
}

/** Does something while these plugins seem to have no hook for the event. */
const hiding = async <T>(plugins: readonly Plugin[], event: string, run: () => Promise<T>): Promise<T> => {
  const hooks = plugins.map((plugin) => plugin.hooks)
  for (const plugin of plugins) plugin.hooks = {...plugin.hooks, [event]: []}
  try {
    return await run()
  } finally {
    for (const [index, plugin] of plugins.entries()) plugin.hooks = hooks[index] ?? {}
  }
}

/** kubectl has its answer, and waits only for the process to end: so an audit must not take long. In milliseconds. */
const LONGEST_MS = 5000

/** Tells plugins of a credential that was issued. What goes wrong there is a warning: the credential is out. */
export const tellIssued = async (config: ConfigLike, credential: IssuedCredential, log: Log): Promise<void> => {
  const deadline = new Date(Date.now() + LONGEST_MS)
  for (const plugin of pluginsWithHook(config, CREDENTIAL_ISSUED_HOOK)) {
    const given = {credential: Object.freeze({...credential})}
    try {
      await runPluginHook(config, plugin, {event: CREDENTIAL_ISSUED_HOOK, given, deadline})
    } catch (error) {
      log.warn(error instanceof Error ? error.message : String(error))
    }
  }
}
