import {chmodSync, lstatSync, realpathSync, statSync} from 'node:fs'

import type {Runtime} from '../base/runtime.ts'
import {makeDirs} from '../base/files/make-dirs.ts'
import {errorCode} from '../base/error-code.ts'
import {isForeign, isLoose} from '../base/files/private-file.ts'
import type {FileLog} from '../base/files/file-context.ts'

/**
 * Makes a directory that only this user can enter, or checks the existing one.
 *
 * @returns its real path, or undefined if it cannot be made or trusted, which is logged
 */
export const openPrivateDir = async (
  dir: string,
  platform: Runtime['platform'],
  log: FileLog,
): Promise<string | undefined> => {
  try {
    const real = await makeRealDir(dir)
    const distrust = await reasonNotToTrust(dir, real, platform, log)
    if (distrust === undefined) return real
    log.warn(`ignoring the cache in ${dir}: ${distrust}`)
  } catch (error) {
    log.debug(`ignoring the cache in ${dir}: ${errorCode(error)}`)
  }
  return undefined
}

const makeRealDir = async (dir: string): Promise<string> => {
  try {
    return realpathSync.native(dir)
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error
  }
  await makeDirs(dir)
  return realpathSync.native(dir)
}

const reasonNotToTrust = async (
  dir: string,
  real: string,
  platform: Runtime['platform'],
  log: FileLog,
): Promise<string | undefined> => {
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
