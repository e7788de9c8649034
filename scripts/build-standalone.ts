/**
 * Compiles standalone executables into standalone/, with SHA256SUMS: of every target, or with `--host` of this machine's
 * alone. Bun fetches the runtimes of other targets from the npm registry.
 */
import {execFileSync} from 'node:child_process'
import {createHash} from 'node:crypto'
import {mkdir, readFile, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

import {buildCommit} from './build-commit.ts'
import {bundleLane} from './bundle-lane.ts'
import {COMPILE_FLAGS, findBun, sealedRuntime} from './bun.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const outdir = join(root, 'standalone')

/** Names as Node spells platform and architecture, and Bun's. */
const TARGETS: Readonly<Record<string, string>> = {
  'darwin-arm64': 'bun-darwin-arm64',
  'darwin-x64': 'bun-darwin-x64',
  'linux-arm64': 'bun-linux-arm64',
  'linux-arm64-musl': 'bun-linux-arm64-musl',
  'linux-x64': 'bun-linux-x64-baseline',
  'linux-x64-musl': 'bun-linux-x64-musl',
  'win32-x64': 'bun-windows-x64',
}

await mkdir(join(outdir, 'build'), {recursive: true})
await bundleLane('standalone/build', 'bun')
await writeFile(
  join(outdir, 'build/entry.ts'),
  `import {launch} from '../../src/start/standalone/launch.ts'
import helpFile from '../../dist/help.json' with {type: 'file'}
import {start} from './start.mjs'

void launch(start, helpFile)
`,
)
const {version} = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {version: string}
const define = Object.entries({PACKAGE_VERSION: version, BUILD_COMMIT: buildCommit(), BUILT_STANDALONE: true}).flatMap(
  ([name, value]) => ['--define', `${name}=${JSON.stringify(value)}`],
)
const host = `${process.platform}-${process.arch}`
const targets = Object.entries(TARGETS).filter(([name]) => !process.argv.includes('--host') || name === host)
const sums = []
for (const [name, target] of targets) {
  const file = `ack-ram-tool-${name}${name.startsWith('win32') ? '.exe' : ''}`
  const runtime = await sealedRuntime(target, join(outdir, 'build'))
  execFileSync(
    findBun(),
    [
      ...COMPILE_FLAGS,
      ...define,
      `--target=${target}`,
      `--compile-executable-path=${runtime}`,
      join(outdir, 'build/entry.ts'),
      '--outfile',
      join(outdir, file),
    ],
    {stdio: ['ignore', 'ignore', 'inherit'], cwd: root},
  )
  await rm(runtime)
  sums.push(
    `${createHash('sha256')
      .update(await readFile(join(outdir, file)))
      .digest('hex')}  ${file}`,
  )
  console.log(`standalone/${file}`)
}
await writeFile(join(outdir, 'SHA256SUMS'), `${sums.join('\n')}\n`)
