import {createHash} from 'node:crypto'
import {readdir, rm, stat} from 'node:fs/promises'
import {basename, dirname, join} from 'node:path'

import {errorCode} from '../../base/error-code.ts'

/** The version of a file before the last update. */
export interface Backup {
  readonly path: string
  /** Of the content that the update wrote. */
  readonly hash: string
  /** When it was made, in milliseconds. */
  readonly madeAt: number
}

const HASH_DIGITS = 16

/** What tells one content from another. */
export const contentHash = (content: string | Uint8Array): string =>
  createHash('sha256').update(content).digest('hex').slice(0, HASH_DIGITS)

/**
 * Where the version before goes.
 *
 * @param target - the file itself, not a link to it
 * @param hash - of the content that takes its place: it tells later whether somebody else has changed the file since
 */
export const backupPath = (target: string, hash: string): string => `${target}.${hash}${ENDING}`

const ENDING = '.ack-ram-tool.bak'

/**
 * The backup of a file: that of the update which has written the present content, else the newest.
 *
 * @param present - {@link contentHash} of what is in the file
 * @throws the file system's error, but for a directory that is not there
 */
export const findBackup = async (target: string, present?: string): Promise<Backup | undefined> => {
  const backups = await Promise.all(
    (await backupNames(target)).map(async ({path, hash}) => ({path, hash, madeAt: (await stat(path)).mtimeMs})),
  )
  const newestFirst = backups.toSorted((one, other) => other.madeAt - one.madeAt)
  // After a crash between backup and update there are two.
  return newestFirst.find(({hash}) => hash === present) ?? newestFirst[0]
}

/** Removes every backup of a file but one. */
export const removeOtherBackups = async (target: string, kept: string): Promise<void> => {
  for (const {path} of await backupNames(target)) if (path !== kept) await rm(path, {force: true})
}

const backupNames = async (target: string): Promise<readonly {path: string; hash: string}[]> => {
  const start = `${basename(target)}.`
  return (await namesIn(dirname(target))).flatMap((name) => {
    const hash = name.startsWith(start) && name.endsWith(ENDING) ? name.slice(start.length, -ENDING.length) : ''
    return /^[0-9a-f]{16}$/.test(hash) ? [{path: join(dirname(target), name), hash}] : []
  })
}

const namesIn = async (dir: string): Promise<readonly string[]> => {
  try {
    return await readdir(dir)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return []
    throw error
  }
}
