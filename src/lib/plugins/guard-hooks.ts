import {Config} from '@oclif/core'
import type {Plugin} from '@oclif/core/interfaces'

import {callPlugin, pluginFailure} from './call-plugin.ts'
import {isOfOthers, pluginsWithHook} from './run-hook.ts'

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
