import {closeSync, fsyncSync, ftruncateSync, openSync, writeSync} from 'node:fs'

import {errorCode} from '../error-code.ts'
import {unlessRefused} from './refused-operation.ts'

/** What a rename says onto a mount point, across mounts, and where a policy or the owner of the directory forbids it. */
const CANNOT_REPLACE: ReadonlySet<string> = new Set([
  'EBUSY',
  'EXDEV',
  'EPERM',
  'EACCES',
  'EINVAL',
  'ENOSYS',
  'ENOTSUP',
])

/** Whether replacing a file failed for a reason for which it may still be overwritten. */
export const mayOverwrite = (error: unknown): boolean => CANNOT_REPLACE.has(errorCode(error))

/**
 * Overwrites a file in place, where it cannot be replaced: a file that is a mount point, as in containers. After a crash
 * it may hold a mixture, so its old content has to be somewhere else.
 *
 * @param before - the old content, written back if the new one does not fit
 * @throws the file system's error
 */
export const overwriteFile = (path: string, content: Uint8Array, before: Uint8Array): void => {
  const file = openSync(path, 'r+')
  try {
    try {
      writeFrom(file, content)
    } catch (error) {
      writeFrom(file, before)
      throw error
    }
  } finally {
    closeSync(file)
  }
}

const writeFrom = (file: number, content: Uint8Array): void => {
  let written = 0
  while (written < content.length) written += writeSync(file, content, written, content.length - written, written)
  // Last, so that a reader in between never sees an empty file.
  ftruncateSync(file, content.length)
  unlessRefused(() => fsyncSync(file))
}
