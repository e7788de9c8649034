import {lstatSync, readdirSync} from 'node:fs'

import {errorCode} from '../error-code.ts'

/**
 * The names in a directory.
 *
 * @param asEmpty - error codes for which there are none; all if absent
 * @throws the file system's error, for any other code
 */
export const namesIn = (dir: string, asEmpty?: readonly string[]): readonly string[] => {
  try {
    return readdirSync(dir)
  } catch (error) {
    if (asEmpty && !asEmpty.includes(errorCode(error))) throw error
    return []
  }
}

/** When a file was changed, links not followed, in milliseconds of the epoch; `otherwise` if nobody can tell. */
export const modifiedAt = (path: string, otherwise: number): number => {
  try {
    return lstatSync(path).mtimeMs
  } catch {
    return otherwise
  }
}
