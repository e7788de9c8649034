import type {Config, Plugin} from '@oclif/core/interfaces'

import {callPlugin} from './call-plugin.ts'
import type {Limits} from './contract.ts'

/** The plugins of others that have a hook. */
export const pluginsWithHook = (config: Config, event: string): readonly Plugin[] =>
  config.getPluginsList().filter((plugin) => isOfOthers(plugin) && (plugin.hooks[event]?.length ?? 0) > 0)

/** Whether the user has installed or linked it, rather than we. */
export const isOfOthers = ({type}: Pick<Plugin, 'type'>): boolean => type === 'user' || type === 'link'

/**
 * Runs one plugin's hook for an event, and gives what it answers.
 *
 * @throws AckError what {@link callPlugin} throws
 */
export const runPluginHook = (
  config: Config,
  plugin: Plugin,
  {event, given, deadline}: {readonly event: string; readonly given: object; readonly deadline: Date},
): Promise<unknown> => {
  // oclif runs the hooks of all plugins that it sees, so it is shown the one.
  const alone = Object.create(config, {plugins: {value: new Map([[plugin.name, plugin]])}}) as Config
  const run = async (limits: Limits): Promise<unknown> => {
    const {failures, successes} = await alone.runHook(event, {...given, ...limits}, undefined, true)
    if (failures[0]) throw failures[0].error
    return successes[0]?.result
  }
  return callPlugin({plugin: plugin.name, what: `its ${event} hook`, deadline}, run)
}
