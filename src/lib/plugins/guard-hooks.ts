import {Config} from '@oclif/core'

import {callPlugin, pluginFailure} from './call-plugin.ts'
import {pluginsWithHook} from './run-hook.ts'

/**
 * Guards a run that kubectl waits for: whatever a plugin's hook for one of oclif's own events (`init`, `prerun`, …) does
 * wrong becomes an error that names it, where oclif would go on, or wait for ever.
 *
 * @param deadline - when hooks have to end
 */
export const guardHooks = (deadline: Date): void => {
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
    const names = others.map(({name}) => name).join(', ')
    const what = `its ${event} hook`
    const result = await callPlugin({plugin: names, what, deadline}, () =>
      runHook.call(this, event, given as never, timeout, true),
    )
    for (const {error, plugin} of result.failures)
      throw others.includes(plugin) ? pluginFailure(plugin.name, what, error) : error
    return result
  } as Config['runHook']
}
