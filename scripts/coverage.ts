/**
 * Runs the tests on the program as it ships, and says which lines and branches no test has reached: V8 counts what runs of
 * the bundles and of the sources, in every process that ends by itself.
 */
import {chmod, mkdir, readdir, rm} from 'node:fs/promises'
import {join, relative} from 'node:path'
import {fileURLToPath} from 'node:url'

import coverageLibrary, {type FileCoverageData} from 'istanbul-lib-coverage'
import reportLibrary from 'istanbul-lib-report'
import reports from 'istanbul-reports'

import {programAsFunction} from '../test/support/program-as-function.ts'
import {BEFORE_LANE, LAUNCHER} from '../test/support/run-cli.ts'
import {addHits} from './counting/add-hits.ts'
import {readHits, type BuiltScript} from './counting/hits.ts'
import {readStructure} from './counting/structure.ts'
import {ABOUT_PROCESSES, runMocha} from './run-mocha.ts'

/** The least share of each that tests must reach, in percent: just below what they do. */
const FLOORS = {lines: 97, branches: 87} as const

const root = fileURLToPath(new URL('..', import.meta.url))
const coverageDir = join(root, 'coverage')
const profilesDir = join(coverageDir, 'profiles')

/** What runs in Bun alone, and what is read before everything. */
const NOT_COUNTED = /^start[/\\](standalone|launcher)[/\\]/

await rm(coverageDir, {recursive: true, force: true})
await mkdir(profilesDir, {recursive: true})
// Some tests run the program as another user.
await chmod(profilesDir, 0o777)
await runMocha({
  specs: ['test/**/*.test.ts'],
  ignored: ABOUT_PROCESSES,
  required: fileURLToPath(new URL('counting/end-in-order.cjs', import.meta.url)),
  env: {NODE_V8_COVERAGE: profilesDir},
})
if (!report(await count())) process.exitCode = 1

/** @returns what has run of each source */
async function count(): Promise<readonly FileCoverageData[]> {
  const files = new Map<string, FileCoverageData>()
  for (const entry of await readdir(join(root, 'src'), {recursive: true, withFileTypes: true})) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isFile() && !NOT_COUNTED.test(relative(join(root, 'src'), path)))
      files.set(path, await readStructure(path))
  }
  const program = await programAsFunction(LAUNCHER)
  const builtScript = (path: string): BuiltScript | undefined => {
    const name = relative(join(root, 'dist'), path).replaceAll('\\', '/')
    // By this name the tests' own processes load it.
    if (name === 'program.cjs') return {path: program, before: ''}
    return name.startsWith('../') ? undefined : {path, before: name.startsWith('lane/') ? BEFORE_LANE : ''}
  }
  for (const hitsOfScript of await readHits(profilesDir, {sources: new Set(files.keys()), builtScript}))
    for (const [path, hits] of hitsOfScript) {
      const file = files.get(path)
      if (file) addHits(file, hits)
    }
  return [...files.values()]
}

/** Writes what came of it; gives whether it is enough. */
function report(files: readonly FileCoverageData[]): boolean {
  const coverageMap = coverageLibrary.createCoverageMap(Object.fromEntries(files.map((file) => [file.path, file])))
  const context = reportLibrary.createContext({dir: join(coverageDir, 'report'), coverageMap})
  for (const kind of ['html', 'text'] as const) reports.create(kind, {skipFull: true}).execute(context)
  const summary = coverageMap.getCoverageSummary()
  let isEnough = true
  for (const [kind, floor] of Object.entries(FLOORS)) {
    const {pct, covered, total} = summary[kind as keyof typeof FLOORS]
    console.log(`${kind}: ${covered} of ${total}, ${pct} % (at least ${floor} %)`)
    if (pct < floor) isEnough = false
  }
  if (!isEnough) console.log('Too little is tested: coverage/report/index.html shows what is not.')
  return isEnough
}
