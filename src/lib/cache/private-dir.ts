import {chmodSync, lstatSync, statSync} from 'node:fs'

import {errorCode} from '../base/error-code.ts'
import {isForeign, isLoose} from '../base/files/private-file.ts'
import type {Log} from '../base/log/log.ts'
import type {Runtime} from '../base/runtime.ts'

/** The state of a directory that only this user may enter; `path` is its real path. */
export type PrivateDir =
  | {readonly state: 'ready'; readonly path: string}
  /** It does not exist, but may be made. */
  | {readonly state: 'absent'}
  /** It cannot be made or trusted, which is logged. */
  | {readonly state: 'unusable'}

/**
 * Finds a directory that must be this user's own. If others can enter it, its mode is changed.
 *
 * @throws never
 */
export const findPrivateDir = (
  dir: string,
  platform: Runtime['platform'],
  log: Pick<Log, 'debug' | 'warn'>,
): PrivateDir => {
  try {
    const path = process.getBuiltinModule('node:fs').realpathSync.native(dir)
    const distrust = reasonNotToTrust(dir, path, platform, log)
    if (distrust === undefined) return {state: 'ready', path}
    log.warn(`ignoring the cache in ${dir}: ${distrust}`)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return {state: 'absent'}
    log.debug(`ignoring the cache in ${dir}: ${errorCode(error)}`)
  }
  return {state: 'unusable'}
}

/** Like {@link findPrivateDir}, but makes the directory if it does not exist. */
export const openPrivateDir = async (
  dir: string,
  platform: Runtime['platform'],
  log: Pick<Log, 'debug' | 'warn'>,
): Promise<PrivateDir> => {
  const found = findPrivateDir(dir, platform, log)
  if (found.state !== 'absent') return found
  try {
    const {makeDirs} = await import('../base/files/make-dirs.ts')
    makeDirs(dir)
  } catch (error) {
    log.debug(`ignoring the cache in ${dir}: ${errorCode(error)}`)
    return {state: 'unusable'}
  }
  const made = findPrivateDir(dir, platform, log)
  // A broken link.
  if (made.state === 'absent') log.debug(`ignoring the cache in ${dir}: ENOENT`)
  return made
}

const reasonNotToTrust = (
  dir: string,
  real: string,
  platform: Runtime['platform'],
  log: Pick<Log, 'debug'>,
): string | undefined => {
  const status = statSync(real)
  if (!status.isDirectory()) return 'it is not a directory'
  // On Windows the access control list of the home directory keeps other users out.
  if (platform === 'win32') return undefined
  const named = lstatSync(dir)
  // The owner of a link chooses the directory; root may do so.
  if (named.isSymbolicLink() && named.uid !== 0 && isForeign(named)) return 'it is a link that another user made'
  if (isForeign(status)) return 'another user owns it; remove it, or choose another one'
  if (!isLoose(status)) return undefined
  chmodSync(real, 0o700)
  if (isLoose(statSync(real))) return 'other users can enter it, and its file system does not support modes'
  log.debug(`the cache in ${dir} was open to other users: changed its mode to 0700`)
  return undefined
}
