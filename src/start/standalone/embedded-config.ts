import {Config, Plugin, type Command, type Hook} from '@oclif/core'
import type {Hooks, Manifest, PJSON} from '@oclif/core/interfaces'

import postrun from '../../hooks/postrun.ts'
import prerun from '../../hooks/prerun.ts'
import {loadConfig} from '../load-config.ts'

/** A plugin of oclif that is part of an executable: there are no files in which to find its commands. */
export interface Embedded {
  readonly pjson: PJSON
  readonly manifest: Manifest
  /** Loads a command's module, by the command's id. */
  readonly commands: Readonly<Record<string, () => Promise<{readonly default: Command.Class}>>>
}

/**
 * oclif's configuration in an executable that embeds its plugins.
 *
 * @param plugins - ours first
 * @param root - a directory, for what asks for one
 * @param homeDir - undefined where there is none
 */
export const embeddedConfig = async (
  plugins: readonly Embedded[],
  root: string,
  homeDir: string | undefined,
): Promise<Config> => {
  const loaded = await Promise.all(plugins.map((plugin) => embeddedPlugin(plugin, root)))
  const config = new EmbeddedConfig({root, plugins: new Map(loaded.map((plugin) => [plugin.name, plugin]))})
  await loadConfig(config, homeDir)
  return config
}

/** Calls our two hooks, the only ones there are: oclif would import them by path. */
class EmbeddedConfig extends Config {
  override async runHook<T extends keyof Hooks>(
    event: T,
    given: Hooks[T]['options'],
  ): Promise<Hook.Result<Hooks[T]['return']>> {
    const context = {} as Hook.Context
    if (event === 'prerun') await prerun.call(context, {...given, config: this, context} as never)
    if (event === 'postrun') await postrun.call(context, {...given, config: this, context} as never)
    return {failures: [], successes: []}
  }
}

/** What names files that oclif would import by path. */
const withoutFiles = (pjson: PJSON): PJSON => {
  const {helpClass: _, ...oclif} = pjson.oclif
  return {...pjson, oclif: {...oclif, hooks: {}}}
}

const embeddedPlugin = async ({pjson, manifest, commands}: Embedded, root: string): Promise<Plugin> => {
  const plugin = new Plugin({isRoot: true, pjson: withoutFiles(pjson), root})
  const findCommand = async (id: string): Promise<Command.Class | undefined> => {
    const found = await commands[id]?.()
    return found && Object.assign(found.default, {id, plugin})
  }
  plugin.commandIDs = Object.keys(manifest.commands)
  // Where oclif would read the file, and import by path.
  Object.assign(plugin, {_manifest: () => Promise.resolve(manifest), findCommand})
  await plugin.load()
  return plugin
}
