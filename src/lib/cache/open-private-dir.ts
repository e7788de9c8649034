import {errorCode} from '../base/error-code.ts'
import {isRootInDirOfOther, makeDirs} from '../base/files/make-dirs.ts'
import type {Runtime} from '../base/runtime.ts'
import {findPrivateDir, type DirLog, type PrivateDir} from './private-dir.ts'

/** Like {@link findPrivateDir}, but makes the directory if it does not exist. */
export const openPrivateDir = (dir: string, platform: Runtime['platform'], log: DirLog): PrivateDir => {
  const found = findPrivateDir(dir, platform, log)
  if (found.state !== 'absent') return found
  const {path} = found
  try {
    if (isRootInDirOfOther(path)) {
      const why = 'root makes nothing in a directory of another user'
      log.debug(`nothing is cached in ${dir}: ${why}`)
      return {state: 'unusable', path, why}
    }
    makeDirs(path)
  } catch (error) {
    const why = errorCode(error)
    log.debug(`ignoring the cache in ${dir}: ${why}`)
    return {state: 'unusable', path, why}
  }
  const made = findPrivateDir(dir, platform, log)
  // A broken link.
  if (made.state === 'absent') log.debug(`ignoring the cache in ${dir}: ENOENT`)
  return made
}
