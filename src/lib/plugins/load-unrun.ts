import {Command, type Plugin} from '@oclif/core'

/**
 * Loads a plugin without importing anything of it. Where it has no manifest, oclif would import its commands to make one:
 * they are known by the names of their files alone then, or not at all.
 *
 * @throws what oclif throws for a plugin without a package.json that can be used, and the like
 */
export const loadUnrun = async (plugin: Plugin): Promise<void> => {
  const unrun = {findCommand: () => Promise.resolve(Unknown), loadCommandsFromTarget: () => Promise.resolve({})}
  Object.assign(plugin, unrun)
  try {
    await plugin.load()
  } finally {
    // Back to what the class has: a command that is asked for by its name is imported.
    for (const name of Object.keys(unrun)) Reflect.deleteProperty(plugin, name)
  }
}

/** Stands for a command of which nothing but its name is known. */
class Unknown extends Command {
  override run(): Promise<void> {
    return Promise.resolve()
  }
}

/** No hooks for oclif, and all for whoever writes the plugin as JSON. */
export const onlyShown = (hooks: Plugin['hooks']): Plugin['hooks'] =>
  Object.defineProperty({}, 'toJSON', {value: () => hooks})
