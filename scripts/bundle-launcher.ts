/** Makes bin/run.cjs, which is checked in, of src/start/launcher. */
import {chmod, writeFile} from 'node:fs/promises'
import {fileURLToPath} from 'node:url'

import {build} from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const HEAD = '#!/usr/bin/env node\n// Made by scripts/bundle-launcher.ts of src/start/launcher: make changes there.\n'

const {outputFiles} = await build({
  absWorkingDir: root,
  entryPoints: ['src/start/launcher/launcher.ts'],
  bundle: true,
  write: false,
  format: 'cjs',
  platform: 'node',
  // An old Node must be able to parse it, to say that it is too old.
  target: 'node12.20',
  minifySyntax: false,
  legalComments: 'none',
  logLevel: 'warning',
})
const code = (outputFiles[0]?.text ?? '').replaceAll(/^\/\/ .*\n/gm, '').replaceAll(/\n{2,}/g, '\n')
const file = `${root}bin/run.cjs`
await writeFile(file, HEAD + code)
await chmod(file, 0o755)
