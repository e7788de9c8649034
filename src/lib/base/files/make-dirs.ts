import {mkdir} from 'node:fs/promises'
import {dirname} from 'node:path'

import {errorCode} from '../error-code.ts'

/**
 * Makes a directory and its parents, for this user only. A directory that exists stays as it is. (Node's recursive mkdir
 * loops for ever on a file system that answers ENOENT for a child of an existing directory, as /proc does.)
 *
 * @throws the file system's error
 */
export const makeDirs = async (dir: string): Promise<void> => {
  try {
    await makeDir(dir)
  } catch (error) {
    if (errorCode(error) !== 'ENOENT' || dirname(dir) === dir) throw error
    await makeDirs(dirname(dir))
    await makeDir(dir)
  }
}

const makeDir = async (dir: string): Promise<void> => {
  try {
    await mkdir(dir, {mode: 0o700})
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error
  }
}
