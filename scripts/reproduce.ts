/**
 * Builds what is published twice, in surroundings that differ, and compares the bytes: the npm package and this machine's
 * executable, or with `--all` the executables of every target; with `--release` the package alone, once, to compare with the
 * one that `release/` has. It fails where they differ.
 *
 * The commit is the one that is checked out, with the changes that are not committed. Both builds have the same Node, npm
 * and packages: another zlib compresses to other bytes.
 */
import {execFile} from 'node:child_process'
import {copyFile, link, mkdir, mkdtemp, readdir, rm, utimes, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {promisify} from 'node:util'

import {sumOf} from './release/archives.ts'
import {packPackage} from './release/pack.ts'
import {ROOT} from './release/release.ts'

const HOUR_S = 3600
const YEAR_S = 365 * 24 * HOUR_S
const SEPTEMBER_2001_S = 1_000_000_000

/** What must not change a byte. */
interface Surroundings {
  /** From a directory of its own. */
  readonly path: string
  /** How far the clock of Node is from the real one, and how old the files are, in seconds. */
  readonly clockS: number
  readonly umask: number
  readonly env: Readonly<Record<string, string>>
}

const SURROUNDINGS: readonly Surroundings[] = [
  {path: 'one', clockS: 0, umask: 0o022, env: {TZ: 'UTC', LC_ALL: 'C', SOURCE_DATE_EPOCH: '0'}},
  {
    path: 'another/and longer, with blanks/ünïcode',
    clockS: -YEAR_S,
    umask: 0o077,
    env: {
      TZ: 'Pacific/Kiritimati',
      LC_ALL: 'tr_TR.UTF-8',
      LANG: 'tr_TR.UTF-8',
      SOURCE_DATE_EPOCH: String(SEPTEMBER_2001_S),
      USER: 'somebody',
      COLUMNS: '40',
      FORCE_COLOR: '3',
    },
  },
]

const isRelease = process.argv.includes('--release')
const PACKAGE = 'the npm package'
const targets = process.argv.includes('--all') ? [] : ['--host']
const isWindows = process.platform === 'win32'
const execute = promisify(execFile)
const dir = await mkdtemp(join(tmpdir(), 'ack-ram-tool-reproduce-'))
try {
  const changed = (await lines('git', 'ls-files', '-z', '--modified', '--others', '--exclude-standard')).filter(Boolean)
  const built: ReadonlyMap<string, string>[] = []
  if (isRelease) built.push(await released())
  for (const surroundings of SURROUNDINGS.slice(built.length)) built.push(await build(surroundings, changed))
  compare(built)
} finally {
  await rm(dir, {recursive: true, force: true, maxRetries: 3})
}

async function lines(program: string, ...args: readonly string[]): Promise<readonly string[]> {
  const {stdout} = await execute(program, [...args], {cwd: ROOT, maxBuffer: 64 * 1024 * 1024})
  return stdout.split('\0')
}

/** What `release/build.ts` has packed. */
async function released(): Promise<ReadonlyMap<string, string>> {
  const packages = join(ROOT, 'release/package')
  const [tarball = ''] = await readdir(packages)
  return new Map([[PACKAGE, await sumOf(join(packages, tarball))]])
}

/** @returns the sum of every file that was made, by its name */
async function build(
  {path, clockS, umask, env}: Surroundings,
  changed: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const clone = join(dir, path)
  const outdir = join(dir, 'packed', path)
  const clock = join(dir, `clock-${clockS}.cjs`)
  await writeFile(clock, clockThatIsOff(clockS))
  const before = process.umask(umask)
  const surroundings = {...process.env, ...env, NODE_OPTIONS: `--require="${clock}"`}
  const run = (...args: readonly string[]): Promise<unknown> =>
    execute(process.execPath, [...args], {cwd: clone, env: surroundings, maxBuffer: 64 * 1024 * 1024})
  try {
    await execute('git', ['clone', '--quiet', ROOT, clone])
    for (const file of changed) {
      await mkdir(dirname(join(clone, file)), {recursive: true})
      await copyFile(join(ROOT, file), join(clone, file)).catch(() => rm(join(clone, file), {force: true}))
    }
    await linkAll(join(ROOT, 'node_modules'), join(clone, 'node_modules'))
    await age(clone, clockS)
    await execute(isWindows ? 'npm.cmd' : 'npm', ['run', 'build'], {cwd: clone, env: surroundings, shell: isWindows})
    const sums = new Map<string, string>()
    const {path: tarball} = await packPackage(clone, outdir)
    sums.set(PACKAGE, await sumOf(tarball))
    if (isRelease) return sums
    await run('node_modules/tsx/dist/cli.mjs', 'scripts/build-standalone.ts', ...targets)
    for (const name of (await readdir(join(clone, 'standalone'))).filter((entry) => entry.startsWith('ack-ram-tool-')))
      sums.set(name, await sumOf(join(clone, 'standalone', name)))
    return sums
  } finally {
    process.umask(before)
  }
}

/** The packages, as hard links: a symbolic one would lead both builds to the same path. */
async function linkAll(from: string, to: string): Promise<void> {
  await mkdir(to)
  for (const entry of await readdir(from, {withFileTypes: true})) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) await linkAll(source, target)
    else await link(source, target).catch(() => copyFile(source, target))
  }
}

/** Gives the sources a time of change, which the clock of the build agrees with. */
async function age(clone: string, clockS: number): Promise<void> {
  const time = Date.now() / 1000 + clockS - HOUR_S
  for (const entry of await readdir(clone, {recursive: true, withFileTypes: true}))
    if (entry.isFile() && !entry.parentPath.includes('node_modules') && !entry.parentPath.includes('.git'))
      await utimes(join(entry.parentPath, entry.name), time, time)
}

function clockThatIsOff(seconds: number): string {
  return `const Real = Date
globalThis.Date = class Date extends Real {
  constructor(...args) { super(...(args.length === 0 ? [Real.now() + ${seconds} * 1000] : args)) }
  static now() { return Real.now() + ${seconds} * 1000 }
}
`
}

function compare([one, other]: readonly ReadonlyMap<string, string>[]): void {
  for (const [name, sum] of one ?? []) {
    const again = other?.get(name) ?? 'not built'
    console.log(`${sum}  ${name}${again === sum ? ', twice the same bytes' : `\n${again}  ${name}, the second time`}`)
    if (again !== sum) process.exitCode = 1
  }
}
