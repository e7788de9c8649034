/**
 * Runs the tests on a copy of the project in which every source file counts what runs of it, and says which lines and
 * branches no test has reached. The bundles and the unit tests are made of the same counting files, so that what is
 * counted is the same in every process and on every machine.
 */
import {spawn, spawnSync} from 'node:child_process'
import {chmod, cp, mkdir, readdir, readFile, rm, symlink, writeFile} from 'node:fs/promises'
import {dirname, join, relative} from 'node:path'
import {createInterface} from 'node:readline'
import {fileURLToPath} from 'node:url'

import coverageLibrary, {type CoverageMap, type FileCoverageData} from 'istanbul-lib-coverage'
import {createInstrumenter} from 'istanbul-lib-instrument'
import reportLibrary from 'istanbul-lib-report'
import reports from 'istanbul-reports'

import {ABOUT_PROCESSES} from './run-mocha.ts'

/** The least share of each that tests must reach, in percent: just below what they do. */
const FLOORS = {lines: 97, branches: 87} as const

const root = fileURLToPath(new URL('..', import.meta.url))
const coverageDir = join(root, 'coverage')
const tree = join(coverageDir, 'tree')
const countsDir = join(coverageDir, 'counts')

/** What is not copied: it is made anew, or linked. */
const NOT_COPIED = new Set(['.git', 'coverage', 'dist', 'node_modules', 'standalone'])
/** What runs in Bun alone, and what is read before everything. */
const NOT_COUNTED = /^src\/start\/(standalone|launcher)\//

/** How often each statement, function and branch of a file has run, as the counting code names them. */
type Counts = Pick<FileCoverageData, 's' | 'f' | 'b'>

/** What counting files share, however often and in however many bundles a process loads them. */
const COUNTS = `const all = (globalThis.__counts ??= start())
function start() {
  const {writeFileSync} = process.getBuiltinModule('node:fs')
  const file = ${JSON.stringify(countsDir)} + '/' + process.pid + '-' + process.hrtime.bigint() + '.json'
  const counts = {}
  process.on('exit', () => {
    try {
      writeFileSync(file, JSON.stringify(counts))
    } catch {
      // A run in which no more files may be opened, say: it must end as it would without counting.
    }
  })
  return counts
}
export const counts = (file, statements, functions, branches) =>
  (all[file] ??= {
    s: Array(statements).fill(0),
    f: Array(functions).fill(0),
    b: branches.map((length) => Array(length).fill(0)),
  })
`

await rm(coverageDir, {recursive: true, force: true})
await mkdir(countsDir, {recursive: true})
// Some tests run the program as another user.
await chmod(countsDir, 0o777)
const files = await copyCounting()
for (const script of ['bundle', 'bundle-launcher', 'bake-help']) {
  const {status} = spawnSync(process.execPath, ['--import', 'tsx', `scripts/${script}.ts`], {
    cwd: tree,
    stdio: 'inherit',
  })
  if (status !== 0) throw new Error(`scripts/${script}.ts has failed`)
}
const {exitCode, lastLine} = await runTests()
const isEnough = await report(files)
console.log(lastLine)
process.exitCode = isEnough ? exitCode : exitCode || 1

/** Copies the project, counting; gives what there is to count in each file. */
async function copyCounting(): Promise<ReadonlyMap<string, FileCoverageData>> {
  await mkdir(tree)
  for (const name of await readdir(root))
    if (!NOT_COPIED.has(name)) await cp(join(root, name), join(tree, name), {recursive: true})
  await symlink(join(root, 'node_modules'), join(tree, 'node_modules'), 'junction')
  await writeFile(join(tree, 'counts.mjs'), COUNTS)
  const files = new Map<string, FileCoverageData>()
  for (const entry of await readdir(join(tree, 'src'), {recursive: true, withFileTypes: true})) {
    const path = join(entry.parentPath, entry.name)
    const name = relative(tree, path).replaceAll('\\', '/')
    if (entry.isFile() && !NOT_COUNTED.test(name)) files.set(name, await makeCounting(path, name))
  }
  return files
}

/** Writes a source file anew, with counters; gives what there is to count in it. */
async function makeCounting(path: string, name: string): Promise<FileCoverageData> {
  const instrumenter = createInstrumenter({esModules: true, compact: false, parserPlugins: ['typescript']})
  const code = instrumenter.instrumentSync(await readFile(path, 'utf8'), join(root, name))
  const all = instrumenter.lastFileCoverage()
  // Instead of all that is known of the file, which would make the program several times as long.
  const sizes = [
    Object.keys(all.s).length,
    Object.keys(all.f).length,
    JSON.stringify(Object.values(all.b).map(({length}) => length)),
  ]
  const counters = `counts(${JSON.stringify(name)}, ${sizes.join(', ')})`
  const counting = code.replace(
    /^function (cov_\w+)\(\) \{\n[^]*?\n\}\n\1\(\);$/m,
    `const $1_counts = ${counters};\nconst $1 = () => $1_counts;`,
  )
  if (counting === code) throw new Error(`${name} does not count`)
  const library = relative(dirname(path), join(tree, 'counts.mjs')).replaceAll('\\', '/')
  await writeFile(path, `import {counts} from '${library}';\n${counting}`)
  return all
}

/** Runs the tests on the copy, and shows what they say but for the last line. */
async function runTests(): Promise<{readonly exitCode: number; readonly lastLine: string}> {
  // Counting is slow, and in CI the build is tried beside it: a third process would only make tests time out.
  const ignored = ABOUT_PROCESSES.map((path) => `--ignore=${path}`)
  const mocha = spawn(
    process.execPath,
    ['node_modules/mocha/bin/mocha.js', '--jobs=2', '--timeout=60000', ...ignored],
    {
      cwd: tree,
      env: {...process.env, ACK_RAM_TOOL_TEST_COUNTING: '1'},
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const ended = new Promise<number | null>((resolve) => mocha.once('close', resolve))
  let lastLine: string | undefined
  for await (const line of createInterface({input: mocha.stdout})) {
    if (lastLine !== undefined) console.log(lastLine)
    lastLine = line
  }
  return {exitCode: (await ended) ?? 1, lastLine: lastLine ?? ''}
}

/** Adds up what all processes have counted, and writes what came of it; gives whether it is enough. */
async function report(files: ReadonlyMap<string, FileCoverageData>): Promise<boolean> {
  for (const name of await readdir(countsDir)) {
    const counted = JSON.parse(await readFile(join(countsDir, name), 'utf8')) as Record<string, Counts>
    for (const [file, counts] of Object.entries(counted)) {
      const all = files.get(file)
      if (all) add(all, counts)
    }
  }
  const coverageMap: CoverageMap = coverageLibrary.createCoverageMap(
    Object.fromEntries([...files.values()].map((file) => [file.path, file])),
  )
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

function add(all: FileCoverageData, {s, f, b}: Counts): void {
  for (const key of Object.keys(all.s)) all.s[key] = (all.s[key] ?? 0) + (s[key] ?? 0)
  for (const key of Object.keys(all.f)) all.f[key] = (all.f[key] ?? 0) + (f[key] ?? 0)
  for (const key of Object.keys(all.b))
    all.b[key] = (all.b[key] ?? []).map((count, index) => count + (b[key]?.[index] ?? 0))
}
