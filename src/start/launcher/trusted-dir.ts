import {fs} from './builtins.ts'

/** Undefined on Windows, where the access list of the user's profile keeps others out. */
const user = process.geteuid && process.geteuid()

/** The kind of a file and the bits that let others in, as in stat(2). */
const KIND = 0o170000
const DIRECTORY = 0o040000
const LINK = 0o120000
export const REGULAR_FILE = 0o100000
const STICKY = 0o1000
const WRITABLE_BY_OTHERS = 0o022
const OPEN_TO_OTHERS = 0o077

/**
 * Whether nobody but this user and root can exchange what lies in a directory, which itself must be open to this user
 * alone. The directories above it are checked too: up to the user's home directory, as sshd does it, since who can write
 * above that has the user anyway, or else up to the root.
 *
 * @param dir - an absolute path, on Windows below the user's profile: others are not trusted
 * @param prepare - is called with each directory before it is looked at, when those above have been found safe
 * @throws the file system's error
 */
export const isTrustedDir = (dir: string, home: string, prepare?: (path: string) => void): boolean => {
  if (user === undefined ? !isInProfile(dir, home) : !dir.startsWith('/')) return false
  // One function for the usual case, since V8 compiles each that is called.
  for (let end = user === undefined || dir.startsWith(`${home}/`) ? home.length : 0; ;) {
    const path = dir.slice(0, end) || '/'
    if (prepare) prepare(path)
    const {mode, uid} = fs.lstatSync(path)
    if (end === dir.length) return isOwn(mode, uid, DIRECTORY)
    const isPlain = (mode & (KIND | WRITABLE_BY_OTHERS)) === DIRECTORY && (uid === user || uid === 0)
    if (!isPlain && !isSafe(path, mode, uid)) return false
    end = dir.indexOf('/', end + 1)
    if (end === -1) end = dir.length
  }
}

/** Whether a directory or file, as its status tells, is of a kind, of this user, and closed to all others. */
export const isOwn = (mode: number, uid: number, kind: number): boolean =>
  (mode & KIND) === kind && (user === undefined || (uid === user && (mode & OPEN_TO_OTHERS) === 0))

const isSafe = (path: string, mode: number, uid: number): boolean => {
  if (user === undefined) return true
  if (uid !== user && uid !== 0) return false
  if ((mode & KIND) === LINK) return isSafeTarget(fs.realpathSync.native(path))
  // In a sticky directory, as /tmp is, nobody can move what another user has made.
  return (mode & KIND) === DIRECTORY && ((mode & WRITABLE_BY_OTHERS) === 0 || (mode & STICKY) !== 0)
}

/** Of a path without links: it and all above it. */
const isSafeTarget = (path: string): boolean => {
  const {mode, uid} = fs.lstatSync(path)
  const above = path.slice(0, path.lastIndexOf('/')) || '/'
  return isSafe(path, mode, uid) && (path === above || isSafeTarget(above))
}

const isInProfile = (dir: string, profile: string): boolean => comparable(dir).startsWith(`${comparable(profile)}/`)

const comparable = (path: string): string => path.replace(/\\/g, '/').toLowerCase()
