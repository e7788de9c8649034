import {closeSync, fsyncSync, ftruncateSync, openSync, writeSync} from 'node:fs'

import {errorCode} from '../error-code.ts'
import {REFUSED, unlessRefused} from './refused-operation.ts'

/**
 * What a rename says onto a mount point, across mounts, where a policy or the owner of the directory forbids it, and on a
 * file system that renames nothing, or nothing onto another file.
 */
const CANNOT_REPLACE: ReadonlySet<string> = new Set([...REFUSED, 'EBUSY', 'EXDEV', 'EEXIST'])

/** Whether replacing a file failed for a reason for which it may still be overwritten. */
export const mayOverwrite = (error: unknown): boolean => CANNOT_REPLACE.has(errorCode(error))

/**
 * Overwrites a file in place, where it cannot be replaced: a file that is a mount point, as in containers. A process that
 * is killed leaves the old content, the new one, or the new one and empty lines; but a power cut may leave a mixture.
 *
 * @param before - the old content, written back if the new one does not fit
 * @throws the file system's error
 */
export const overwriteFile = (path: string, content: Uint8Array, before: Uint8Array): void => {
  const file = openSync(path, 'r+')
  try {
    try {
      writeFrom(file, content, before.length)
    } catch (error) {
      // What does not fit, padding would not either.
      writeFrom(file, before, 0)
      throw error
    }
  } finally {
    closeSync(file)
  }
}

const writeFrom = (file: number, content: Uint8Array, oldLength: number): void => {
  const whole = Buffer.alloc(Math.max(content.length, oldLength), '\n')
  whole.set(content)
  for (let written = 0; written < whole.length;)
    written += writeSync(file, whole, written, whole.length - written, written)
  // Last, so that a reader in between never sees an empty file.
  ftruncateSync(file, content.length)
  unlessRefused(() => fsyncSync(file))
}
