/**
 * Writes install.sh from its template, for the targets and the repository of the release; with `--check` it fails if the
 * file that is checked in is another.
 */
import {readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {readProduct, ROOT} from './release.ts'
import {TARGETS} from './targets.ts'

const product = await readProduct()
const template = await readFile(join(ROOT, 'scripts/release/install.template.sh'), 'utf8')
const values: Readonly<Record<string, string>> = {
  REPOSITORY: product.repository,
  VERSION: product.version,
  TARGETS: TARGETS.map(({name}) => name).join(' | '),
}
const script = template.replaceAll(/@([A-Z]+)@/g, (_, key: string) => {
  const value = values[key]
  if (value === undefined) throw new Error(`the template asks for ${key}`)
  return value
})

const path = join(ROOT, 'install.sh')
if (!process.argv.includes('--check')) await writeFile(path, script, {mode: 0o755})
else if ((await readFile(path, 'utf8')) !== script) {
  console.error('install.sh is not what scripts/release makes: run npm run release:generate')
  process.exitCode = 1
}
