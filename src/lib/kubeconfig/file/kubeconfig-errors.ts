import {errorCode} from '../../base/error-code.ts'
import {AckError} from '../../base/errors.ts'

/** The error for a kubeconfig that is no kubeconfig. */
export const invalid = (path: string, why: string): AckError =>
  new AckError('KubeconfigInvalid', `${path} ${why}`, 'name another file with --kubeconfig')

/** The error for a kubeconfig that cannot be read. */
export const unreadable = (path: string, why: string, nextStep?: string): AckError =>
  new AckError(
    'KubeconfigUnreadable',
    `cannot read ${path}: ${why}`,
    nextStep ?? READ_STEPS[why] ?? 'check the file, or name another one with --kubeconfig',
  )

const READ_STEPS: Readonly<Record<string, string>> = {
  EACCES: 'make the file readable for this user',
  EISDIR: 'name a file, not a directory',
  ENOTDIR: 'correct the path: a part of it is a file, not a directory',
}

/** The error for a kubeconfig that cannot be written. */
export const unwritable = (path: string, why: string, nextStep?: string): AckError =>
  new AckError(
    'KubeconfigUnwritable',
    `cannot write ${path}: ${why}`,
    nextStep ??
      writeStep(why) ??
      'make the file and its directory writable for this user, or name another one with --kubeconfig',
  )

/**
 * What to do about a file that cannot be made or written.
 *
 * @param code - the system's
 * @returns undefined for what permissions may be the cause of
 */
export const writeStep = (code: string): string | undefined => WRITE_STEPS[code]

const WRITE_STEPS: Readonly<Record<string, string>> = {
  ENOSPC: 'free space on that disk, or name another file with --kubeconfig',
  EDQUOT: 'free space in your quota, or name another file with --kubeconfig',
  ENAMETOOLONG: 'name a file with a shorter name with --kubeconfig',
  ENOENT: 'make the directory, or correct the path',
  ENOTDIR: 'correct the path: a part of it is a file, not a directory',
  EIO: 'check the disk, or name another file with --kubeconfig',
}

/** The error for a kubeconfig that has no backup. */
export const nothingToUndo = (path: string): AckError =>
  new AckError(
    'NothingToUndo',
    `no earlier version of ${path} found`,
    'if another file was updated, name it with --kubeconfig',
  )

/**
 * Runs what looks at a kubeconfig and what is kept of it.
 *
 * @throws AckError what `run` throws; `KubeconfigUnreadable` instead of the file system's error
 */
export const reading = async <T>(path: string, run: () => Promise<T>): Promise<T> => {
  try {
    return await run()
  } catch (error) {
    throw error instanceof AckError ? error : unreadable(path, errorCode(error))
  }
}

/**
 * Runs what writes a kubeconfig.
 *
 * @throws AckError what `run` throws; `KubeconfigUnwritable` instead of the file system's error
 */
export const writing = async <T>(path: string, run: () => T | Promise<T>): Promise<T> => {
  try {
    return await run()
  } catch (error) {
    throw error instanceof AckError ? error : unwritable(path, errorCode(error))
  }
}
