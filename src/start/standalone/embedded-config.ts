import {Config, Plugin, type Command, type Hook} from '@oclif/core'
import type {LoadOptions, Manifest, PJSON} from '@oclif/core/interfaces'

import postrun from '../../hooks/postrun.ts'
import prerun from '../../hooks/prerun.ts'

/** A plugin of oclif that is part of an executable: there are no files in which to find its commands. */
export interface Embedded {
  readonly pjson: PJSON
  readonly manifest: Manifest
  /** Loads a command's module, by the command's id. */
  readonly commands: Readonly<Record<string, () => Promise<{readonly default: Command.Class}>>>
}

/**
 * What oclif is configured with in an executable that brings its plugins along.
 *
 * @param plugins - ours first
 * @param root - a directory, for what asks for one
 */
export const embeddedOptions = async (plugins: readonly Embedded[], root: string): Promise<LoadOptions> => {
  const loaded = await Promise.all(plugins.map((plugin) => embeddedPlugin(plugin, root)))
  // Ours are the only hooks. oclif would import it by its path, and makes its configuration itself, so it is told here.
  Config.prototype.runHook = async function (this: Config, event: string, given: object) {
    const context = {} as Hook.Context
    if (event === 'prerun') await prerun.call(context, {...given, config: this, context} as never)
    if (event === 'postrun') await postrun.call(context, {...given, config: this, context} as never)
    return {failures: [], successes: []}
  } as Config['runHook']
  return {root, plugins: new Map(loaded.map((plugin) => [plugin.name, plugin]))}
}

const embeddedPlugin = async ({pjson, manifest, commands}: Embedded, root: string): Promise<Plugin> => {
  const plugin = new Plugin({isRoot: true, pjson: {...pjson, oclif: {...pjson.oclif, hooks: {}}}, root})
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
