import {fstatSync, lstatSync, openSync, readFileSync, type Stats} from 'node:fs'

import {errorCode} from '../error-code.ts'
import type {Runtime} from '../runtime.ts'
import {closeQuietly} from './close-quietly.ts'

/** The limit of a cache file, far above what one needs. */
export const MAX_BYTES = 64 * 1024

/** The result of reading a file. */
export type PrivateFile =
  | {readonly state: 'absent'}
  /** `stamp` changes when the file is replaced. */
  | {readonly state: 'read'; readonly text: string; readonly stamp: string}
  /** Untrusted: another user may have written or read it. Unreadable: perhaps only for a moment. */
  | {readonly state: 'untrusted' | 'too large' | 'unreadable'; readonly why: string}

/**
 * Reads a file that must be a regular one (no link, no pipe), owned by this user and closed to others. The checks are
 * made on the open file, so that it cannot be exchanged after them.
 *
 * @param ofAnyone - also reads a regular file that other users own or can open
 * @throws never
 */
export const readPrivateFile = (
  path: string,
  platform: Runtime['platform'],
  maxBytes: number = MAX_BYTES,
  ofAnyone = false,
): PrivateFile => {
  let file: number | undefined
  try {
    if (platform === 'win32' && lstatSync(path).isSymbolicLink()) return NOT_A_FILE
    file = openSync(path, readFlags())
    const status = fstatSync(file)
    if (!status.isFile()) return NOT_A_FILE
    if (platform !== 'win32' && !ofAnyone) {
      if (isForeign(status)) return {state: 'untrusted', why: 'another user owns it'}
      if (isLoose(status)) return {state: 'untrusted', why: 'its mode lets other users open it'}
    }
    if (status.size > maxBytes) return {state: 'too large', why: `it is larger than ${maxBytes / 1024} KiB`}
    const stamp = [status.ino, status.size, status.mtimeMs].join()
    return {state: 'read', text: readFileSync(file, 'utf8'), stamp}
  } catch (error) {
    return failure(errorCode(error), platform)
  } finally {
    if (file !== undefined) closeQuietly(file)
  }
}

/** Whether another user owns it. */
export const isForeign = ({uid}: Pick<Stats, 'uid'>): boolean =>
  process.geteuid !== undefined && uid !== process.geteuid()

/** Whether its mode gives anyone but the owner any permission. */
export const isLoose = ({mode}: Stats): boolean => (mode & 0o077) !== 0

const NOT_A_FILE = {state: 'untrusted', why: 'it is not a regular file'} as const

// O_NONBLOCK: opening a pipe must not wait for a writer. Windows has neither flag.
const readFlags = (): number => {
  const {constants} = process.getBuiltinModule('node:fs')
  const flags: Readonly<Record<string, number | undefined>> = constants
  return (flags['O_RDONLY'] ?? 0) | (flags['O_NOFOLLOW'] ?? 0) | (flags['O_NONBLOCK'] ?? 0)
}

const failure = (code: string, platform: Runtime['platform']): PrivateFile => {
  if (code === 'ENOENT') return {state: 'absent'}
  // Error codes of opening a link on various systems, and of opening a socket on Linux.
  if (code === 'ELOOP' || code === 'EMLINK' || code === 'ENXIO') return NOT_A_FILE
  const why = `it cannot be read: ${code}`
  // This user can read its own files, so it is another user's; but on Windows, EACCES also comes while it is replaced.
  return {state: code === 'EACCES' && platform !== 'win32' ? 'untrusted' : 'unreadable', why}
}
