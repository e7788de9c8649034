import {spawn, type ChildProcess} from 'node:child_process'
import {chmod, copyFile, mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'

import {LAUNCHER} from './run-cli.ts'
import {runApart} from './run-apart.ts'
import type {CliResult} from './run-process.ts'

/** What the launcher loads first, from the root of the package. */
export const ENTRY = 'dist/lane/start.cjs'

/** A package with the real launcher and a program of the test's own, and a home directory beside it. */
export interface LaunchedPackage {
  /** The root of the package. */
  readonly dir: string
  readonly home: string
  /** Where the launcher keeps what V8 has compiled. */
  readonly cache: string
  /** Writes a file of the package. */
  write(path: string, content: string): Promise<string>
  /** Runs it; a variable that is undefined is absent. */
  run(args?: readonly string[], env?: Readonly<Record<string, string | undefined>>): Promise<CliResult>
  /** Starts it, with its output ignored. */
  start(env: Readonly<Record<string, string>>): ChildProcess
  /** The names in the cache; none where there is no cache. */
  cached(): Promise<readonly string[]>
  remove(): Promise<void>
}

/** Writes its first argument, and ends as a run of that way. */
export const PROGRAM = `exports.start = async () => {
  require('node:fs').writeSync(1, 'genuine')
  return {way: process.argv[2] || 'way', exitCode: 0}
}
`

export const launchedPackage = async (program = PROGRAM): Promise<LaunchedPackage> => {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'ack-ram-tool-launcher-')))
  const dir = join(root, 'package')
  const home = join(root, 'home')
  const launcher = join(dir, 'bin/run.cjs')
  const cache = join(home, '.kube/cache/ack-ram-tool/compile-cache')
  const write = async (path: string, content: string): Promise<string> => {
    const whole = join(dir, path)
    await mkdir(dirname(whole), {recursive: true})
    await writeFile(whole, content)
    return whole
  }
  await mkdir(join(dir, 'bin'), {recursive: true})
  await mkdir(home, {mode: 0o700})
  await copyFile(LAUNCHER, launcher)
  await write(ENTRY, program)
  await copyFile(join(LAUNCHER, '../../dist/keep-compiled.cjs'), join(dir, 'dist/keep-compiled.cjs'))
  const environment = (env: Readonly<Record<string, string | undefined>>): NodeJS.ProcessEnv => {
    const all = {
      PATH: process.env['PATH'],
      SystemRoot: process.env['SystemRoot'],
      HOME: home,
      USERPROFILE: home,
      ...env,
    }
    return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
  }
  return {
    dir,
    home,
    cache,
    write,
    run: (args = [], env = {}) => runApart([process.execPath, launcher, ...args], environment(env)),
    start: (env) => spawn(process.execPath, [launcher], {env: environment(env), stdio: 'ignore'}),
    cached: () => readdir(cache).catch(() => []),
    remove: async () => {
      await chmod(root, 0o700)
      await rm(root, {recursive: true, force: true})
    },
  }
}

/** The one file in the cache, with its path. */
export const cachedFile = async (launched: LaunchedPackage): Promise<{path: string; content: Buffer}> => {
  const names = await launched.cached()
  if (names.length !== 1) throw new Error(`the cache holds ${names.length} files: ${names.join(', ')}`)
  const path = join(launched.cache, names[0] ?? '')
  return {path, content: await readFile(path)}
}
