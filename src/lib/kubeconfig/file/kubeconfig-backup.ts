import {createHash} from 'node:crypto'
import {readdir, rm, stat} from 'node:fs/promises'
import {basename, dirname, join} from 'node:path'

import {errorCode} from '../../base/error-code.ts'

/** A backup: the version of a file before an update. */
export interface Backup {
  readonly path: string
  /** The hash of the content that the update wrote. */
  readonly hash: string
  /** The time of the backup, in milliseconds. */
  readonly madeAt: number
}

const HASH_DIGITS = 16

/** A short hash of a content: 16 hex digits of its SHA-256. */
export const contentHash = (content: string | Uint8Array): string =>
  createHash('sha256').update(content).digest('hex').slice(0, HASH_DIGITS)

/**
 * The path of the backup of a file.
 *
 * @param target - the file itself, not a link to it
 * @param hash - of the new content: it tells later whether the file has changed since the update
 */
export const backupPath = (target: string, hash: string): string => `${target}.${hash}${ENDING}`

const ENDING = '.ack-ram-tool.bak'

/**
 * Finds the backup of a file: that of the update that wrote the present content, else the newest one.
 *
 * @param present - the {@link contentHash} of the file
 * @returns undefined if there is none, or no directory
 * @throws the file system's error
 */
export const findBackup = async (target: string, present?: string): Promise<Backup | undefined> => {
  const backups = await Promise.all(
    (await backupNames(target)).map(async ({path, hash}) => ({path, hash, madeAt: (await stat(path)).mtimeMs})),
  )
  const newestFirst = backups.toSorted((one, other) => other.madeAt - one.madeAt)
  // After a crash between backup and update there are two.
  return newestFirst.find(({hash}) => hash === present) ?? newestFirst[0]
}

/** Removes all backups of a file but one. */
export const removeOtherBackups = async (target: string, current: string): Promise<void> => {
  for (const {path} of await backupNames(target)) if (path !== current) await rm(path, {force: true})
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
