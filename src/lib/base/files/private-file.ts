import {closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, type Stats} from 'node:fs'

import type {Runtime} from '../runtime.ts'

/** Nothing in the cache is larger, by far. */
export const MAX_BYTES = 64 * 1024

/** What became of reading a file. */
export type PrivateFile =
  | {readonly state: 'absent'}
  /** `stamp` is another one after the file was replaced. */
  | {readonly state: 'read'; readonly text: string; readonly stamp: string}
  /** Untrusted: it may have been put there, or seen, by someone else. Unreadable: perhaps only for a moment. */
  | {readonly state: 'untrusted' | 'too large' | 'unreadable'; readonly why: string}

/**
 * Reads a file that must be this user's own, for this user only, and a regular one: neither a link nor a pipe. The
 * open file is what is checked, so that it cannot be exchanged in between.
 *
 * @throws never
 */
export const readPrivateFile = (path: string, platform: Runtime['platform']): PrivateFile => {
  let file: number | undefined
  try {
    if (platform === 'win32' && lstatSync(path).isSymbolicLink()) return NOT_A_FILE
    file = openSync(path, READ_FLAGS)
    const status = fstatSync(file)
    if (!status.isFile()) return NOT_A_FILE
    if (platform !== 'win32') {
      if (isForeign(status)) return {state: 'untrusted', why: 'another user owns it'}
      if (isLoose(status)) return {state: 'untrusted', why: 'other users can open it'}
    }
    if (status.size > MAX_BYTES) return {state: 'too large', why: 'it is too large'}
    const stamp = [status.ino, status.size, status.mtimeMs].join()
    return {state: 'read', text: readFileSync(file, 'utf8'), stamp}
  } catch (error) {
    return failure(errorCode(error), platform)
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

/** Whether another user owns it. */
export const isForeign = ({uid}: Stats): boolean => process.geteuid !== undefined && uid !== process.geteuid()

/** Whether its mode lets anyone but the owner do anything. */
export const isLoose = ({mode}: Stats): boolean => (mode & 0o077) !== 0

const NOT_A_FILE = {state: 'untrusted', why: 'it is not a regular file'} as const

// O_NONBLOCK: opening a pipe must not wait for a writer. Windows has neither flag.
const READ_FLAGS =
  constants.O_RDONLY |
  ((constants.O_NOFOLLOW as number | undefined) ?? 0) |
  ((constants.O_NONBLOCK as number | undefined) ?? 0)

const failure = (code: string, platform: Runtime['platform']): PrivateFile => {
  if (code === 'ENOENT') return {state: 'absent'}
  // The answers of various systems to opening a link, and that of Linux to a socket.
  if (code === 'ELOOP' || code === 'EMLINK' || code === 'ENXIO') return NOT_A_FILE
  const why = `it cannot be read: ${code}`
  // What we write we can read, so it is another user's; but Windows says so while the file is being replaced.
  return {state: code === 'EACCES' && platform !== 'win32' ? 'untrusted' : 'unreadable', why}
}

/** The system's word for a failure, such as `ENOSPC`. The message is left out, for it names paths. */
export const errorCode = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? 'unknown error'
