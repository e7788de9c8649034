import type {Hook} from '@oclif/core/hooks'

/** Runs after every command: what has made the shells' completion functions gets the values of flags added. */
const postrun: Hook.Postrun = async ({Command, config}) => {
  if (!MAKE_FUNCTIONS.has(Command.id)) return
  const {completeValuesInShells} = await import('../lib/cli/completion/value-scripts.ts')
  await completeValuesInShells(config.cacheDir, config.bin)
}

const MAKE_FUNCTIONS = new Set(['autocomplete', 'autocomplete:create'])

export default postrun
