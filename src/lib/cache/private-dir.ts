import {chmodSync, lstatSync, statSync, type Stats} from 'node:fs'

import {errorCode} from '../base/error-code.ts'
import {pathBelow} from '../base/files/path-below.ts'
import {isForeign, isLoose} from '../base/files/private-file.ts'
import type {Log} from '../base/log/log.ts'
import type {Runtime} from '../base/runtime.ts'

/** The state of a directory that only this user may enter. */
export type PrivateDir =
  /** `path` is its real path. */
  | {readonly state: 'ready'; readonly path: string}
  /** It does not exist, but may be made. */
  | {readonly state: 'absent'; readonly path: string}
  /** It cannot be made or trusted, which is logged. */
  | {readonly state: 'unusable'; readonly path: string; readonly why: string}

export type DirLog = Pick<Log, 'debug' | 'warn'>

/**
 * Finds the directory of this user's cache. If others can enter it, its mode is changed. A directory that is not a cache
 * of this program by its name, such as /tmp, keeps its mode: where others can enter it, the cache is below it.
 *
 * @throws never
 */
export const findPrivateDir = (dir: string, platform: Runtime['platform'], log: DirLog): PrivateDir => {
  const [, below] = placesFor(dir)
  return examine(dir, platform, log, below)
}

/** Where the cache of a directory may be: there, or if others can enter it, below. */
export const placesFor = (dir: string): readonly string[] =>
  hasOwnName(dir) ? [dir] : [dir, pathBelow(dir, nameBelow())]

/** The end of the default path, which a command line may also give. */
const OWN_NAME = '/ack-ram-tool/credential-plugin'

const hasOwnName = (dir: string): boolean => {
  const path = dir.replaceAll('\\', '/')
  return path.endsWith(OWN_NAME) || path.endsWith(`${OWN_NAME}/`)
}

/** Several users may share the directory above it. */
const nameBelow = (): string => `ack-ram-tool-${process.geteuid?.() ?? 'cache'}`

/** @param below - where the cache is if others can enter the directory; without it, its mode is ours to change */
const examine = (dir: string, platform: Runtime['platform'], log: DirLog, below?: string): PrivateDir => {
  try {
    const path = process.getBuiltinModule('node:fs').realpathSync.native(dir)
    const status = statSync(path)
    if (!status.isDirectory()) return ignored(dir, 'it is not a directory', log.warn)
    // On Windows the access control list of the home directory keeps other users out.
    if (platform === 'win32') return {state: 'ready', path}
    const named = lstatSync(dir)
    // The owner of a link chooses the directory; root may do so.
    if (named.isSymbolicLink() && named.uid !== 0 && isForeign(named))
      return ignored(dir, 'it is a link that another user made', log.warn)
    if (below !== undefined && (isForeign(status) || isLoose(status))) return examine(below, platform, log)
    const distrust = reasonNotToTrust(path, status)
    if (distrust !== undefined) return ignored(dir, distrust, log.warn)
    if (isLoose(status)) log.debug(`the cache in ${dir} was open to other users: changed its mode to 0700`)
    return {state: 'ready', path}
  } catch (error) {
    const why = errorCode(error)
    if (why === 'ENOENT') return {state: 'absent', path: dir}
    return ignored(dir, why, log.debug)
  }
}

const ignored = (path: string, why: string, tell: DirLog['debug']): PrivateDir => {
  tell(`ignoring the cache in ${path}: ${why}`)
  return {state: 'unusable', path, why}
}

const reasonNotToTrust = (path: string, status: Stats): string | undefined => {
  if (isForeign(status)) return 'another user owns it; remove it, or choose another one'
  if (!isLoose(status)) return undefined
  chmodSync(path, 0o700)
  return isLoose(statSync(path)) ? 'other users can enter it, and its file system does not support modes' : undefined
}
