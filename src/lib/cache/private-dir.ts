import {chmodSync, lstatSync, realpathSync, statSync} from 'node:fs'

import type {Runtime} from '../base/runtime.ts'
import {makeDirs} from '../base/files/make-dirs.ts'
import {errorCode, isForeign, isLoose} from '../base/files/private-file.ts'
import type {FileLog} from '../base/files/file-context.ts'

/**
 * Makes a directory that only this user can enter, or checks the one that is there.
 *
 * @returns its real path, or undefined when it cannot be had or cannot be trusted; the log says why
 */
export const openPrivateDir = async (
  dir: string,
  platform: Runtime['platform'],
  log: FileLog,
): Promise<string | undefined> => {
  try {
    const real = await makeDir(dir)
    const distrust = await reasonNotToTrust(dir, real, platform, log)
    if (distrust === undefined) return real
    log.warn(`the cache in ${dir} is not used: ${distrust}`)
  } catch (error) {
    log.debug(`the cache in ${dir} is not used: ${errorCode(error)}`)
  }
  return undefined
}

const makeDir = async (dir: string): Promise<string> => {
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
  // There it is the access lists of the home directory that keep others out.
  if (platform === 'win32') return undefined
  const named = lstatSync(dir)
  // Who owns the link chooses the directory; root may do so.
  if (named.isSymbolicLink() && named.uid !== 0 && isForeign(named)) return 'it is a link that another user made'
  if (isForeign(status)) return 'another user owns it; remove it, or choose another one'
  if (!isLoose(status)) return undefined
  chmodSync(real, 0o700)
  if (isLoose(statSync(real))) return 'other users can enter it, and its file system does not keep them out'
  log.debug(`the cache in ${dir} was open to other users: closed`)
  return undefined
}
