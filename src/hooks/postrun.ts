import type {Hook} from '@oclif/core/hooks'

/** Runs after every command: after one that writes the shells' completion functions, adds the values of flags. */
const postrun: Hook.Postrun = async ({Command, config}) => {
  if (!FUNCTION_WRITERS.has(Command.id)) return
  const {completeValuesInShells} = await import('../lib/cli/completion/value-scripts.ts')
  await completeValuesInShells(config.cacheDir, config.bin)
}

const FUNCTION_WRITERS = new Set(['autocomplete', 'autocomplete:create'])

export default postrun
