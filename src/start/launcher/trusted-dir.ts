import {fs} from './builtins.ts'

/** Undefined on Windows, where the access list of the user's profile keeps others out. */
const user = process.geteuid?.()

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
 * @param made - what is longer than this, in characters, is made where it is missing, after the one above was checked
 * @throws the file system's error
 */
export const isTrustedDir = (dir: string, home: string, made = dir.length): boolean => {
  if (user === undefined ? !isInProfile(dir, home) : !dir.startsWith('/')) return false
  const isInHome = user === undefined || dir.startsWith(`${home}/`)
  for (let end = isInHome ? home.length : 0; end !== -1; end = dir.indexOf('/', end + 1)) {
    const above = dir.slice(0, end) || '/'
    if (end > made) makeDir(above)
    if (!isSafe(above)) return false
  }
  if (dir.length > made) makeDir(dir)
  return isOwn(fs.lstatSync(dir), DIRECTORY)
}

const isSafe = (dir: string): boolean => {
  if (user === undefined) return true
  const {mode, uid} = fs.lstatSync(dir)
  if (uid !== user && uid !== 0) return false
  if ((mode & (KIND | WRITABLE_BY_OTHERS)) === DIRECTORY) return true
  // In a sticky directory, as /tmp is, nobody can move what another user has made.
  return (mode & KIND) === LINK ? isSafeTarget(dir) : (mode & (KIND | STICKY)) === (DIRECTORY | STICKY)
}

const isSafeTarget = (link: string): boolean => {
  const dir = fs.realpathSync.native(link)
  for (let end = 0; end !== -1; end = dir.indexOf('/', end + 1)) if (!isSafe(dir.slice(0, end) || '/')) return false
  return isSafe(dir)
}

/** Whether a directory or file is of this kind, and belongs to this user, and is closed to all others. */
export const isOwn = ({mode, uid}: {mode: number; uid: number}, kind: number): boolean =>
  (mode & KIND) === kind && (user === undefined || (uid === user && (mode & OPEN_TO_OTHERS) === 0))

const isInProfile = (dir: string, profile: string): boolean =>
  dir
    .replace(/\\/g, '/')
    .toLowerCase()
    .startsWith(`${profile.replace(/\\/g, '/').toLowerCase()}/`)

// One by one: a home directory that is missing is not made, and the recursive mkdir never ends below /proc.
const makeDir = (dir: string): void => {
  try {
    fs.mkdirSync(dir, 0o700)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}
