import {fchmodSync, fchownSync, openSync, statSync, type Stats} from 'node:fs'
import {dirname} from 'node:path'

import {closeQuietly} from '../../base/files/close-quietly.ts'
import {makeDirs} from '../../base/files/make-dirs.ts'
import {unlessRefused} from '../../base/files/refused-operation.ts'

/** Who owns a file. */
export type Owner = Pick<Stats, 'uid' | 'gid'>

const isRoot = (): boolean => process.geteuid?.() === 0

/**
 * The owner of a new file or directory: in a directory of another user, what root makes belongs to that user, who could
 * not read it otherwise (`sudo` with the user's HOME).
 *
 * @returns undefined for the user of this process
 * @throws the file system's error
 */
export const ownerOfNew = (path: string): Owner | undefined => {
  if (!isRoot()) return undefined
  const {uid, gid} = statSync(dirname(path))
  return uid === 0 ? undefined : {uid, gid}
}

/**
 * Makes a directory and its parents for the user of this process or, where root makes them in a directory of another
 * user, for that one.
 *
 * @throws the file system's error
 */
export const makeDirsForOwner = (dir: string): void =>
  makeDirs(dir, (made) => {
    const owner = ownerOfNew(made)
    if (owner) chownDir(made, owner)
  })

/**
 * Takes a file from everybody but its owner, where the file system has modes and lets this user set them.
 *
 * @param path - the file itself, not a link
 * @throws the file system's error
 */
export const keepForOwner = (path: string): void => {
  const mode = statSync(path, {throwIfNoEntry: false})?.mode ?? 0
  if (process.geteuid === undefined || (mode & 0o077) === 0) return
  const {O_RDONLY, O_NOFOLLOW, O_NONBLOCK} = process.getBuiltinModule('node:fs').constants
  // By the open file, as below.
  const opened = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  try {
    unlessRefused(() => fchmodSync(opened, 0o600))
  } finally {
    closeQuietly(opened)
  }
}

// By the open directory: at its path the user could put a link meanwhile.
const chownDir = (dir: string, {uid, gid}: Owner): void => {
  const {O_RDONLY, O_DIRECTORY, O_NOFOLLOW} = process.getBuiltinModule('node:fs').constants
  const opened = openSync(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
  try {
    unlessRefused(() => fchownSync(opened, uid, gid))
  } finally {
    closeQuietly(opened)
  }
}
