import {errorCode} from '../error-code.ts'

/** What file systems answer that do not know an operation: FUSE, 9p, SMB, FAT, and the folders that containers share. */
export const REFUSED: ReadonlySet<string> = new Set([
  'EPERM',
  'EACCES',
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
