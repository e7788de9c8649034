/**
 * Compiles standalone executables into standalone/, with SHA256SUMS: of every target, or with `--host` of this machine's
 * alone. Bun fetches the runtimes of other targets from the npm registry.
 */
import {execFileSync} from 'node:child_process'
import {createHash} from 'node:crypto'
import {existsSync} from 'node:fs'
import {mkdir, readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

import {bundleLane} from './bundle-lane.ts'

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

/** The package moves the binary of this machine into itself when npm runs its install script, and else leaves it. */
const findBun = (): string => {
  const places = [
    'node_modules/bun/bin/bun.exe',
    `node_modules/@oven/bun-${process.platform}-${process.arch === 'arm64' ? 'aarch64' : process.arch}/bin/bun`,
  ].map((place) => join(root, place))
  const found = places.find((place) => existsSync(place) && isBun(place))
  if (found) return found
  throw new Error('Bun is not installed: run npm ci')
}

const isBun = (path: string): boolean => {
  try {
    return execFileSync(path, ['--version'], {stdio: ['ignore', 'pipe', 'ignore']}).length > 0
  } catch {
    return false
  }
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
const host = `${process.platform}-${process.arch}`
const targets = Object.entries(TARGETS).filter(([name]) => !process.argv.includes('--host') || name === host)
const sums = []
for (const [name, target] of targets) {
  const file = `ack-ram-tool-${name}${name.startsWith('win32') ? '.exe' : ''}`
  execFileSync(
    findBun(),
    [
      'build',
      '--compile',
      `--target=${target}`,
      // Not the identifiers: oclif's errors are told apart by the names of their classes.
      '--minify-whitespace',
      '--minify-syntax',
      '--bytecode',
      // The light start-up is over before compiled code would pay; the full program sets it back.
      '--compile-jit-policy=100',
      '--format=esm',
      '--splitting',
      // A file in the directory where kubectl happens to run must not decide whose credentials are used.
      '--no-compile-autoload-dotenv',
      '--no-compile-autoload-bunfig',
      join(outdir, 'build/entry.ts'),
      '--outfile',
      join(outdir, file),
    ],
    {stdio: ['ignore', 'ignore', 'inherit'], cwd: root},
  )
  sums.push(
    `${createHash('sha256')
      .update(await readFile(join(outdir, file)))
      .digest('hex')}  ${file}`,
  )
  console.log(`standalone/${file}`)
}
await writeFile(join(outdir, 'SHA256SUMS'), `${sums.join('\n')}\n`)
