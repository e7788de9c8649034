import {stat} from 'node:fs/promises'
import {basename, dirname, join} from 'node:path'
import {readdirSync} from 'node:fs'

import {errorCode} from '../base/error-code.ts'
import {AckError} from '../base/errors.ts'
import {mayOverwrite, overwriteFile} from '../base/files/overwrite-file.ts'
import {isForeign} from '../base/files/private-file.ts'
import {removeAbandonedFor, removeIfPossible, replaceFile} from '../base/files/replace-file.ts'
import {finalName} from '../base/files/temporary-name.ts'
import type {Runtime} from '../base/runtime.ts'

/** A file that is to be written, by its own name and by that which the user gave it. */
export interface ConfigFile {
  /** The target of a link, or the path itself. */
  readonly target: string
  /** For messages. */
  readonly path: string
}

/**
 * Writes a config.json: as a new file in its place, or into the file that is there, where it is a mount point, as in
 * containers, or another user's.
 *
 * @param before - the present content, which is written back if the new one does not fit
 * @throws AckError `CredentialFileUnwritable`
 */
export const writeConfig = async (
  {target, path}: ConfigFile,
  text: string,
  before: Uint8Array,
  runtime: Pick<Runtime, 'platform' | 'nonce'>,
): Promise<void> => {
  try {
    const status = await stat(target)
    const isRoot = process.geteuid?.() === 0
    if (isForeign(status) && !isRoot) return overwriteFile(target, Buffer.from(text), before)
    try {
      // It holds secrets: group and others lose their permissions.
      await replaceFile(target, text, runtime, Object.assign(status, {mode: status.mode & 0o600}))
    } catch (error) {
      if (!mayOverwrite(error)) throw error
      overwriteFile(target, Buffer.from(text), before)
    }
  } catch (error) {
    throw cannotWrite(path, errorCode(error))
  }
}

/** The path of the lock of a config.json. */
export const configLock = (target: string): string => `${target}.ack-ram-tool.lock`

/**
 * Removes what killed processes have left half made, which holds secrets. Only for the holder of the lock: nobody else
 * writes then.
 *
 * @throws never
 */
export const removeHalfMade = ({target}: Pick<ConfigFile, 'target'>, now: Date): void => {
  const dir = dirname(target)
  const name = basename(target)
  try {
    for (const other of readdirSync(dir)) if (finalName(other) === name) removeIfPossible(join(dir, other))
  } catch {
    // The directory cannot be read.
  }
  // Another process may be making one at this moment.
  removeAbandonedFor(configLock(target), now)
}

/** The error for a file that cannot be written. */
export const cannotWrite = (path: string, why: string): AckError =>
  new AckError(
    'CredentialFileUnwritable',
    `cannot write ${path}: ${why}`,
    'make the file and its directory writable for this user',
  )
