import {readlink, realpath, stat} from 'node:fs/promises'
import {basename, dirname, isAbsolute, join, sep} from 'node:path'

import {errorCode} from '../../base/error-code.ts'
import {AckError} from '../../base/errors.ts'
import {unreadable, unwritable} from './kubeconfig-errors.ts'

/**
 * The file that a path leads to, through links: the one that is written. It may not exist, at the end of a link too.
 *
 * @throws AckError `KubeconfigUnwritable` if it is a pipe, a device or a socket; `KubeconfigUnreadable` if there is no
 *   way to it
 */
export const findTarget = async (path: string): Promise<string> => {
  try {
    const status = await stat(path)
    // A directory gets its own error when it is read.
    if (!status.isFile() && !status.isDirectory()) throw unwritable(path, 'it is not a regular file')
    return await realpath(path)
  } catch (error) {
    if (error instanceof AckError) throw error
    if (errorCode(error) !== 'ENOENT') throw unreadable(path, errorCode(error))
    return targetOfBrokenLink(path)
  }
}

/** What the links at a path lead to in the end, where there is nothing; without a link it is the path itself. */
const targetOfBrokenLink = async (path: string): Promise<string> => {
  const link = await readlink(path).catch(() => undefined)
  if (link === undefined) return path
  // Not normalized: after a linked directory, `..` is not where it seems to be.
  const named = isAbsolute(link) ? link : `${await realpath(dirname(path))}${sep}${link}`
  const dir = await realpath(dirname(named)).catch(() => undefined)
  if (dir !== undefined) return targetOfBrokenLink(join(dir, basename(named)))
  // As with kubectl: a directory that is missing may be a volume that is not mounted.
  throw unwritable(path, `it is a link to ${link}, in a directory that does not exist`, 'make that directory')
}
