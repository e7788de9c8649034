/**
 * Compiles standalone executables into standalone/, with SHA256SUMS: of every target, or with `--host` of this machine's
 * alone. Bun fetches the runtimes of other targets from the npm registry.
 */
import {execFileSync} from 'node:child_process'
import {mkdir, readFile, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

import {buildCommit} from './build-commit.ts'
import {bundleLane} from './bundle-lane.ts'
import {COMPILE_FLAGS, findBun, sealedRuntime} from './bun.ts'
import {sumOf, sumsFile} from './release/archives.ts'
import {executableOf, TARGETS} from './release/targets.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const outdir = join(root, 'standalone')

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
// The oclif that the npm package has, in which modules are required on use.
const oclif = ['../../dist/packages/oclif-core.cjs']
const paths = {'@oclif/core': oclif, '@oclif/core/*': oclif}
const config = {extends: '../../tsconfig.json', compilerOptions: {paths}}
await writeFile(join(outdir, 'build/tsconfig.json'), JSON.stringify(config))
const {version} = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {version: string}
const define = Object.entries({PACKAGE_VERSION: version, BUILD_COMMIT: buildCommit(), BUILT_STANDALONE: true}).flatMap(
  ([name, value]) => ['--define', `${name}=${JSON.stringify(value)}`],
)
const host = `${process.platform}-${process.arch}`
const targets = TARGETS.filter(({name}) => !process.argv.includes('--host') || name === host)
const sums = new Map<string, string>()
for (const target of targets) {
  const file = executableOf(target)
  // Bun would write the path of the build into CommonJS packages, which then look there for files. Nobody can make one here.
  const embedded = target.os === 'windows' ? 'B:/~BUN/root' : '/$bunfs/root'
  const places = ['__dirname', '__filename'].flatMap((name) => ['--define', `${name}=${JSON.stringify(embedded)}`])
  const runtime = await sealedRuntime(target.bun, join(outdir, 'build'))
  execFileSync(
    findBun(),
    [
      ...COMPILE_FLAGS,
      ...define,
      ...places,
      `--tsconfig-override=${join(outdir, 'build/tsconfig.json')}`,
      `--target=${target.bun}`,
      `--compile-executable-path=${runtime}`,
      join(outdir, 'build/entry.ts'),
      '--outfile',
      join(outdir, file),
    ],
    {stdio: ['ignore', 'ignore', 'inherit'], cwd: root},
  )
  await rm(runtime)
  sums.set(file, await sumOf(join(outdir, file)))
  console.log(`standalone/${file}`)
}
await writeFile(join(outdir, 'SHA256SUMS'), sumsFile(sums))
