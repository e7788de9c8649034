import {mkdir} from 'node:fs/promises'
import {dirname} from 'node:path'

import {errorCode} from './private-file.ts'

/**
 * Makes a directory and those above it, for this user only. One that is there stays as it is. (Node's own recursive
 * mkdir never ends where a file system knows the directory above and refuses the one in it as unknown, as /proc does.)
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
