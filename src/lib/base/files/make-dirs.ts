import {mkdirSync} from 'node:fs'
import {dirname} from 'node:path'

import {errorCode} from '../error-code.ts'

/**
 * Makes a directory and its parents, for this user only. A directory that exists stays as it is. (Node's recursive mkdir
 * loops for ever on a file system that answers ENOENT for a child of an existing directory, as /proc does.)
 *
 * @throws the file system's error
 */
export const makeDirs = (dir: string): void => {
  try {
    makeDir(dir)
  } catch (error) {
    if (errorCode(error) !== 'ENOENT' || dirname(dir) === dir) throw error
    makeDirs(dirname(dir))
    makeDir(dir)
  }
}

const makeDir = (dir: string): void => {
  try {
    mkdirSync(dir, {mode: 0o700})
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error
  }
}
