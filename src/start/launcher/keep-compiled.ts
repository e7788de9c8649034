/**
 * What the launcher loads when a run has compiled something new, which is seldom, and before oclif:
 * `dist/keep-compiled.cjs`.
 */
import type * as NodeModule from 'node:module'

import {fs} from './builtins.ts'
import {base, cacheDir, home} from './cache-dir.ts'
import {isKept, type LoadedFile} from './compile-cache.ts'
import {isTrustedDir} from './trusted-dir.ts'

const WEEK_MS = 7 * 24 * 3_600_000

/** The directory of Node's own cache. */
const OF_NODE = 'node'

/**
 * Adds what V8 has compiled in this run, for the next one of the same way. Never fails: where nothing can be written, the
 * next start only takes longer.
 *
 * @param way - names the functions that have run: the same name, the same functions. Without line feeds
 */
export const keepCompiled = (loaded: readonly LoadedFile[], way: string): void => {
  try {
    // With other characters than ASCII, it is not as many bytes as its file. The bundles have none.
    const missing = loaded.filter(
      (one) => !isKept(one, way) && Buffer.byteLength(one.file.source) === one.file.source.length,
    )
    if (missing.length === 0 || !home || !isTrustedDir(cacheDir, home, makeDir)) return
    for (const one of missing) write(one, way)
    removeOld()
  } catch {
    // The next run tries again.
  }
}

const write = ({file: {name, source, stamp, ways}, script}: LoadedFile, way: string): void => {
  const path = `${cacheDir}/${name}`
  // Not the number of the process: a killed one may have had the same, and left its file.
  const temporary = `${path}.${Math.random().toString(36).slice(2)}.tmp`
  const code = script.createCachedData()
  const known = script.cachedDataRejected ? '\n' : ways.slice(ways.indexOf('\n'))
  try {
    const content = Buffer.concat([code, code, Buffer.from(`${source}\0${stamp}\n${way}${known}`)])
    fs.writeFileSync(temporary, content, {flag: 'wx', mode: 0o600})
    fs.renameSync(temporary, path)
  } catch (error) {
    remove(temporary)
    throw error
  }
}

/** Node has it since 22.1. */
interface WithCache {
  readonly enableCompileCache?: (dir: string) => unknown
}

/**
 * Lets Node keep what it compiles of the program with oclif, ES modules included, which takes a fifth of such a run. The
 * directory has to be as private as for what this program keeps itself. Never fails.
 */
export const useCacheOfNode = (): void => {
  try {
    const {enableCompileCache} = require('module') as typeof NodeModule & WithCache
    if (!enableCompileCache || !home || !isTrustedDir(cacheDir, home, makeDir)) return
    // Node makes its directories at once, for everybody.
    const before = process.umask(0o077)
    try {
      enableCompileCache(`${cacheDir}/${OF_NODE}`)
    } finally {
      process.umask(before)
    }
  } catch {
    // The run only takes longer.
  }
}

/**
 * Removes what killed runs have left, and what nobody has made anew for a week: another installation that is in use makes
 * its own again. A run that is writing at this moment loses its temporary file, and the next one tries again.
 */
const removeOld = (): void => {
  for (const name of fs.readdirSync(cacheDir)) {
    const path = `${cacheDir}/${name}`
    const isOld = Date.now() - fs.lstatSync(path).mtimeMs > WEEK_MS
    if (isOld && name === OF_NODE) fs.rmSync(path, {recursive: true, force: true})
    else if (isOld || name.endsWith('.tmp')) remove(path)
  }
}

const remove = (path: string): void => {
  try {
    fs.unlinkSync(path)
  } catch {
    // Another run was quicker, or it is not a file.
  }
}

// One by one: a home directory that is missing is not made, and the recursive mkdir never ends below /proc.
const makeDir = (dir: string): void => {
  try {
    if (dir.length > base.length) fs.mkdirSync(dir, 0o700)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}
