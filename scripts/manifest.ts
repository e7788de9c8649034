/**
 * Writes oclif.manifest.json, from which oclif knows the commands without loading them.
 * With `--check` it writes nothing and fails when the file is stale.
 */
import {readFile, writeFile} from 'node:fs/promises'
import {fileURLToPath} from 'node:url'

import {Plugin} from '@oclif/core'

const root = fileURLToPath(new URL('..', import.meta.url))
const path = fileURLToPath(new URL('../oclif.manifest.json', import.meta.url))

const plugin = new Plugin({root, type: 'core', ignoreManifest: true, errorOnManifestCreate: true})
await plugin.load()
// Sorted: they come in the order in which the file system happens to list them.
const commands = Object.fromEntries(Object.entries(plugin.manifest.commands).toSorted(([a], [b]) => (a < b ? -1 : 1)))
const manifest = `${JSON.stringify({...plugin.manifest, commands}, undefined, 2)}\n`

if (!process.argv.includes('--check')) {
  await writeFile(path, manifest)
} else if ((await readFile(path, 'utf8')) !== manifest) {
  console.error('oclif.manifest.json is stale: run `npm run build` and commit it')
  process.exitCode = 1
}
