import {createHash} from 'node:crypto'
import {constants, type Stats} from 'node:fs'
import {open, rm, type FileHandle} from 'node:fs/promises'
import {basename, dirname, join} from 'node:path'

import {namesIn} from '../../base/files/names-in.ts'
import type {Runtime} from '../../base/runtime.ts'
import {unreadable} from './kubeconfig-errors.ts'
import {isUntouchedByOthers, privatePlaces, statusOf} from './private-place.ts'

/** A backup: the version of a file before an update. */
export interface Backup {
  readonly path: string
  /** The hash of the content that the update wrote. */
  readonly hash: string
  /** What the backups of one update of several files have in common. */
  readonly run: string | undefined
  /** Whether there was no file before the update. */
  readonly wasAbsent: boolean
  /** The time of the backup, in milliseconds. */
  readonly madeAt: number
  /** Why it is not used, if somebody else may have put it there. */
  readonly distrust: string | undefined
}

const HASH_DIGITS = 16

/** A short hash of a content: 16 hex digits of its SHA-256. */
export const contentHash = (content: string | Uint8Array): string =>
  createHash('sha256').update(content).digest('hex').slice(0, HASH_DIGITS)

/**
 * The name of the backup of a file.
 *
 * @param target - the file itself, not a link to it
 * @param hash - of the new content: it tells later whether the file has changed since the update
 * @param run - 16 hex digits that all files of an update have, where it changes several
 * @param wasAbsent - whether the update makes the file
 */
export const backupName = (target: string, hash: string, run: string | undefined, wasAbsent: boolean): string =>
  `${startOf(target)}${hash}${run === undefined ? '' : `.${run}`}${wasAbsent ? ABSENT : ''}${ENDING}`

/** What the names of the backups of one update say, of a token of 32 hex digits that only this update has. */
export const updateIdOf = (token: string): string => token.slice(0, HASH_DIGITS)

/** Not the file's own name: a kubeconfig is often found by its name. */
const startOf = (target: string): string => `${contentHash(basename(target))}.`
const ENDING = '.bak'
const ABSENT = '.absent'
/** Earlier versions of this program put backups beside the file. */
const EARLIER_ENDING = '.ack-ram-tool.bak'

/**
 * Finds the backup of a file: that of the update that wrote the present content, else the newest one. One that somebody
 * else may have put there is found only if there is no other.
 *
 * @param present - the {@link contentHash} of the file
 * @returns undefined if there is none, or no directory
 * @throws the file system's error
 */
export const findBackup = async (
  target: string,
  platform: Runtime['platform'],
  present?: string,
): Promise<Backup | undefined> => {
  const kubeconfig = statusOf(target) ?? statusOf(dirname(target))
  const backups = (await backupsOf(target)).flatMap(({path, ...named}) => {
    const status = statusOf(path)
    if (!status || !kubeconfig) return []
    return [{path, ...named, madeAt: status.mtimeMs, distrust: reasonNotToTrust(status, kubeconfig, platform)}]
  })
  const newestFirst = backups.toSorted((one, other) => other.madeAt - one.madeAt)
  const trusted = newestFirst.filter(({distrust}) => distrust === undefined)
  // After a crash between backup and update there are two.
  return trusted.find(({hash}) => hash === present) ?? trusted[0] ?? newestFirst[0]
}

const reasonNotToTrust = (backup: Stats, kubeconfig: Stats, platform: Runtime['platform']): string | undefined => {
  if (!backup.isFile()) return 'it is not a regular file'
  if (platform === 'win32' || isUntouchedByOthers(backup, kubeconfig)) return undefined
  return 'another user owns it, or can write it'
}

/**
 * Reads a backup.
 *
 * @param kubeconfig - the status of the file, or of its directory where it is gone
 * @throws AckError `KubeconfigUnreadable` if it cannot be read, or somebody else may have put it there
 */
export const readBackup = async (
  {path, distrust}: Backup,
  kubeconfig: Stats,
  platform: Runtime['platform'],
  maxBytes: number,
): Promise<Buffer> => {
  const refuse = (why: string): Error => unreadable(path, why, 'look at what it holds, and restore it by hand')
  if (distrust !== undefined) throw refuse(distrust)
  let file: FileHandle | undefined
  try {
    file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0))
    // What was opened, not what was there before.
    const status = await file.stat()
    const now = reasonNotToTrust(status, kubeconfig, platform)
    if (now !== undefined) throw refuse(now)
    if (status.size > maxBytes) throw refuse('it is larger than a kubeconfig may be')
    return await file.readFile()
  } finally {
    // Only read: nothing depends on it.
    await file?.close().catch(() => {})
  }
}

/**
 * Removes all backups of a file but one, those of earlier versions of this program too; what another user has put there
 * may stay.
 *
 * @throws never
 */
export const removeOtherBackups = async (target: string, current: string): Promise<void> => {
  for (const {path} of await backupsOf(target).catch(() => []))
    if (path !== current) await rm(path, {force: true}).catch(() => {})
}

type Found = Pick<Backup, 'path' | 'hash' | 'run' | 'wasAbsent'>

const backupsOf = async (target: string): Promise<readonly Found[]> => {
  const kept = privatePlaces(target).flatMap((place) => backupsIn(place, startOf(target), ENDING))
  return [...kept, ...backupsIn(dirname(target), `${basename(target)}.`, EARLIER_ENDING)]
}

const backupsIn = (dir: string, start: string, ending: string): readonly Found[] =>
  // Another user's may be closed.
  namesIn(dir, ['ENOENT', 'ENOTDIR', 'EACCES']).flatMap((name) => {
    const rest = name.startsWith(start) && name.endsWith(ending) ? name.slice(start.length, -ending.length) : ''
    const [, hash, run, absent] = /^([0-9a-f]{16})(?:\.([0-9a-f]{16}))?(\.absent)?$/.exec(rest) ?? []
    return hash === undefined ? [] : [{path: join(dir, name), hash, run, wasAbsent: absent !== undefined}]
  })
