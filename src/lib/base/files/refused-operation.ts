import {errorCode} from '../error-code.ts'

/**
 * What file systems answer that do not know an operation: FUSE, 9p, SMB, FAT, and the folders that containers share. On
 * Windows EISDIR is what Node makes of that (ERROR_INVALID_FUNCTION), as FAT and exFAT say of a hard link.
 *
 * @see https://github.com/nodejs/node/issues/65817
 */
export const REFUSED: ReadonlySet<string> = new Set([
  'EPERM',
  'EACCES',
  'EISDIR',
  'EINVAL',
  'EROFS',
  'ENOSYS',
  'ENOTSUP',
  'EOPNOTSUPP',
])

/**
 * Runs an operation that a file is good without, such as setting its mode; goes on where the file system refuses it.
 *
 * @throws any other error, such as EIO
 */
export const unlessRefused = (run: () => void): void => {
  try {
    run()
  } catch (error) {
    if (!REFUSED.has(errorCode(error))) throw error
  }
}
