import type {Script} from 'node:vm'

import {fs} from './builtins.ts'
import {isOwn, isTrustedDir, REGULAR_FILE} from './trusted-dir.ts'

const WEEK_MS = 7 * 24 * 3_600_000
/** No compiled file of ours is nearly as large. */
const MAX_BYTES = 2 ** 24

/** A file of the program, as this run has read it. */
export interface SourceFile {
  /** Its name in the cache. */
  readonly name: string
  /** Stays the same as long as nobody changes the file: the time of its last change cannot be set back. */
  readonly stamp: string
  readonly source: string
  /** What V8 had compiled of it in earlier runs. */
  readonly code?: Buffer
  /** The ways whose functions that holds, each between two line feeds: V8 keeps those that have run. */
  readonly ways: string
}

// oxlint-disable-next-line node/no-process-env -- before the program, which takes it as an argument
const {NODE_DISABLE_COMPILE_CACHE, KUBECACHEDIR, HOME, USERPROFILE} = process.env
const home = process.platform === 'win32' ? USERPROFILE : HOME
// By hand: path.join looks at every character.
const cacheDir = `${KUBECACHEDIR || `${home}/.kube/cache`}/ack-ram-tool/compile-cache`
/** The characters of what is not ours to make: the home directory, or the one that the user names. */
const existing = KUBECACHEDIR ? KUBECACHEDIR.length : (home ?? '').length

/** Whether the cache can be used. Not where the user has switched it off, or has no home. */
const isTrusted = (made?: number): boolean =>
  !NODE_DISABLE_COMPILE_CACHE && Boolean(home) && isTrustedDir(cacheDir, home ?? '', made)

let canRead: boolean | undefined

/**
 * Reads a file of the program, with what V8 has compiled of it in earlier runs, if that can be trusted.
 *
 * V8 runs whatever it is given, and dies of what is damaged. So what the cache holds must be this user's own, and has the
 * code twice: to compare that takes microseconds, while any checksum that Node has takes milliseconds to load. It also
 * has the source that the code was made of, which saves reading the file again as long as nobody has changed it.
 *
 * @param file - its path, with `/` before the name
 * @throws what reading the file itself throws
 */
export const readSource = (file: string): SourceFile => {
  const {size, ino, ctimeMs} = fs.statSync(file)
  const name = `${file.slice(file.lastIndexOf('/') + 1)}-${size}-${process.version}-${process.arch}.bin`
  const stamp = `${ino}-${ctimeMs}`
  const content = readOwn(name)
  if (content) {
    // In the order in which `write` has put it together: code, code, source, NUL, stamp and ways.
    const end = content.lastIndexOf(0)
    const length = (end - size) / 2
    const code = content.subarray(0, length)
    if (length > 0 && code.equals(content.subarray(length, 2 * length))) {
      const source = content.toString('utf8', 2 * length, end)
      const ways = content.toString('utf8', end + 1)
      if (ways.startsWith(`${stamp}\n`) || source === fs.readFileSync(file, 'utf8'))
        return {name, stamp, source, code, ways}
    }
  }
  return {name, stamp, source: fs.readFileSync(file, 'utf8'), ways: '\n'}
}

/** Reads a file of the cache, in which nothing but the file that was opened is looked at. */
const readOwn = (name: string): Buffer | undefined => {
  let file
  try {
    canRead ??= isTrusted()
    if (!canRead) return undefined
    // Windows has neither of the last two. Opening a pipe must not wait for a writer.
    const {O_RDONLY, O_NOFOLLOW, O_NONBLOCK} = fs.constants
    file = fs.openSync(`${cacheDir}/${name}`, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    const status = fs.fstatSync(file)
    if (!isOwn(status, REGULAR_FILE) || status.size > MAX_BYTES) return undefined
    // Not from Node's pool: V8 copies what is not aligned.
    const content = Buffer.allocUnsafeSlow(status.size)
    return content.subarray(0, fs.readSync(file, content, 0, status.size, 0))
  } catch {
    return undefined
  } finally {
    if (file !== undefined) fs.closeSync(file)
  }
}

/** A file that has run. */
export interface LoadedFile {
  readonly file: SourceFile
  readonly script: Script
}

/** Whether a run of this way would find all its functions compiled. V8 refuses what another version of it has made. */
export const isKept = ({file, script}: LoadedFile, way: string): boolean =>
  !script.cachedDataRejected && file.ways.includes(`\n${way}\n`)

/**
 * Adds what V8 has compiled in this run, for the next one of the same way. Never fails: where nothing can be written, the
 * next start only takes longer.
 *
 * @param way - names the functions that have run: the same name, the same functions. Without line feeds
 */
export const writeCompiled = (loaded: readonly LoadedFile[], way: string): void => {
  try {
    const missing = loaded.filter((one) => !isKept(one, way))
    if (missing.length === 0 || !isTrusted(existing)) return
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

/**
 * Removes what killed runs have left, and what nobody has made anew for a week: another installation that is in use makes
 * its own again. A run that is writing at this moment loses its temporary file, and the next one tries again.
 */
const removeOld = (): void => {
  for (const name of fs.readdirSync(cacheDir)) {
    const path = `${cacheDir}/${name}`
    if (name.endsWith('.tmp') || Date.now() - fs.lstatSync(path).mtimeMs > WEEK_MS) remove(path)
  }
}

const remove = (path: string): void => {
  try {
    fs.unlinkSync(path)
  } catch {
    // Another run was quicker, or it is not a file.
  }
}
