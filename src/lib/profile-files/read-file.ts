import {errorCode} from '../base/error-code.ts'
import {AckError} from '../base/errors.ts'
import {readUserFile, UntrustedFile, UnusableFile, whyUnreadable} from '../base/files/read-user-file.ts'
import {OWNED_BY_ANOTHER, writtenByOthers} from '../base/files/written-by-others.ts'
import {invalidFile} from './profile.ts'

/** The largest credential file that is read. */
const MAX_BYTES = 1024 * 1024

/** Like {@link readCredentialBytes}, as UTF-8 text without a byte order mark, which some editors add. */
export const readCredentialFile = async (path: string, waitMs: number): Promise<string | undefined> =>
  (await readCredentialBytes(path, waitMs))?.toString('utf8').replace(/^\uFEFF/, '')

/**
 * Reads a credential file.
 *
 * @param waitMs - how long to wait for the writer of a pipe, in milliseconds
 * @returns undefined if there is no such file
 * @throws AckError `CredentialFileInvalid` for a file of more than 1 MiB or not in UTF-8, `CredentialFileUntrusted` for one
 *   that others may have written, `CredentialFileUnreadable` for other failures
 */
export const readCredentialBytes = async (path: string, waitMs: number): Promise<Buffer | undefined> => {
  try {
    const bytes = readUserFile(path, {maxBytes: MAX_BYTES, waitMs, distrust: writtenByOthers})
    // Each wrong byte would become the same character: of two profiles with different names one would be taken for the other.
    if (isUtf8(bytes)) return bytes
    throw invalidFile(path, 'is not UTF-8', 'save it as UTF-8')
  } catch (error) {
    if (AckError.is(error)) throw error
    if (error instanceof UntrustedFile) throw untrusted(path, error.message)
    if (error instanceof UnusableFile && error.isTooLarge) throw invalidFile(path, 'is larger than 1 MiB')
    const code = errorCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw new AckError('CredentialFileUnreadable', `cannot read ${path}: ${whyUnreadable(error)}`, nextStepFor(code))
  }
}

/** It decides who calls, and may name programs that run as this user. */
const untrusted = (path: string, why: string): AckError =>
  new AckError(
    'CredentialFileUntrusted',
    `${path} decides who you are, and ${why}`,
    why === OWNED_BY_ANOTHER
      ? 'make a copy of your own, if you trust what is in it, and name that with --profile-file'
      : 'run `chmod o-w` on it, as its owner, or name a copy of your own with --profile-file',
  )

/** The module that knows is loaded only for a file in which that character stands. */
const isUtf8 = (bytes: Buffer): boolean =>
  !bytes.toString('utf8').includes('\uFFFD') || process.getBuiltinModule('node:buffer').isUtf8(bytes)

const nextStepFor = (code: string): string => {
  if (code === 'EACCES' || code === 'EPERM') return 'make the file readable for this user'
  if (code === 'EISDIR') return 'name a file, not a directory'
  return 'check the file, or name another one with --profile-file'
}

/** The error for a file that the user named and that does not exist. */
export const missingFile = (path: string, namedBy: string): AckError =>
  new AckError('CredentialFileUnreadable', `${path}, named by ${namedBy}, does not exist`, `correct ${namedBy}`)
