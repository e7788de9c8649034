import {errorCode} from '../base/error-code.ts'
import {AckError} from '../base/errors.ts'
import {pathBelow} from '../base/files/path-below.ts'
import {readAtMost} from '../base/files/read-at-most.ts'
import {invalidFile} from './profile.ts'

/** The largest credential file that is read. */
const MAX_BYTES = 1024 * 1024

/** Like {@link readCredentialBytes}, as UTF-8 text without a byte order mark, which some editors add. */
export const readCredentialFile = async (path: string): Promise<string | undefined> =>
  (await readCredentialBytes(path))?.toString('utf8').replace(/^\uFEFF/, '')

/**
 * Reads a credential file.
 *
 * @returns undefined if there is no such file
 * @throws AckError `CredentialFileInvalid` for a file of more than 1 MiB, `CredentialFileUnreadable` for other failures
 */
export const readCredentialBytes = async (path: string): Promise<Buffer | undefined> => {
  try {
    const content = readAtMost(path, MAX_BYTES + 1)
    if (content.length > MAX_BYTES) throw invalidFile(path, 'is larger than 1 MiB')
    return content
  } catch (error) {
    if (error instanceof AckError) throw error
    const code = errorCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw new AckError('CredentialFileUnreadable', `cannot read ${path}: ${code}`, nextStepFor(code))
  }
}

const nextStepFor = (code: string): string => {
  if (code === 'EACCES' || code === 'EPERM') return 'make the file readable for this user'
  if (code === 'EISDIR') return 'name a file, not a directory'
  return 'check the file, or name another one with --profile-file'
}

/** Replaces a leading `~` by the home directory. */
export const expandHome = (path: string, homeDir: string): string =>
  path === '~' || path.startsWith('~/') || path.startsWith('~\\')
    ? pathBelow(homeDir, ...path.slice(2).split(/[/\\]/).filter(Boolean))
    : path

/** The error for a file that the user named and that does not exist. */
export const missingFile = (path: string, namedBy: string): AckError =>
  new AckError('CredentialFileUnreadable', `${path}, named by ${namedBy}, does not exist`, `correct ${namedBy}`)
