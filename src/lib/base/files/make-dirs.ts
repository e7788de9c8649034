import {mkdirSync, statSync} from 'node:fs'
import {dirname} from 'node:path'

import {errorCode} from '../error-code.ts'

/**
 * Makes a directory and its parents, for this user only. A directory that exists stays as it is. (Node's recursive mkdir
 * loops for ever on a file system that answers ENOENT for a child of an existing directory, as /proc does.)
 *
 * @param onMade - called with the path of each directory that did not exist, the outermost first
 * @throws the file system's error, and what `onMade` throws
 */
export const makeDirs = (dir: string, onMade?: (dir: string) => void): void => {
  try {
    makeDir(dir, onMade)
  } catch (error) {
    if (errorCode(error) !== 'ENOENT' || dirname(dir) === dir) throw error
    makeDirs(dirname(dir), onMade)
    makeDir(dir, onMade)
  }
}

const makeDir = (dir: string, onMade?: (dir: string) => void): void => {
  try {
    mkdirSync(dir, {mode: 0o700})
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error
    return
  }
  onMade?.(dir)
}

/**
 * Whether root would make a directory in one of another user, as with a sudo that keeps HOME: it would be in that user's
 * way.
 *
 * @throws the file system's error
 */
export const isRootInDirOfOther = (dir: string): boolean => process.geteuid?.() === 0 && ownerOfNearest(dir) !== 0

/** The owner of the nearest directory that exists. */
const ownerOfNearest = (dir: string): number => {
  const status = statSync(dir, {throwIfNoEntry: false})
  return status || dirname(dir) === dir ? (status?.uid ?? 0) : ownerOfNearest(dirname(dir))
}
