/**
 * Bundles src/start/launcher: bin/run.cjs, which is checked in and read at every start, and dist/keep-compiled.cjs, which
 * it loads when there is something to write.
 */
import {chmod, mkdir, writeFile} from 'node:fs/promises'
import {fileURLToPath} from 'node:url'

import {build} from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const HEAD = '#!/usr/bin/env node\n// Made of src/start/launcher by scripts/bundle-launcher.ts\n'
const launcher = `${root}bin/run.cjs`

await writeFile(launcher, HEAD + (await bundle('launcher')))
await chmod(launcher, 0o755)
await mkdir(`${root}dist`, {recursive: true})
await writeFile(`${root}dist/keep-compiled.cjs`, await bundle('keep-compiled'))

async function bundle(name: string): Promise<string> {
  const {outputFiles} = await build({
    absWorkingDir: root,
    entryPoints: [`src/start/launcher/${name}.ts`],
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    // An old Node must be able to parse it, to say that it is too old.
    target: 'node12.20',
    external: ['../dist/*'],
    legalComments: 'none',
    logLevel: 'warning',
  })
  return outputFiles[0]?.text ?? ''
}
