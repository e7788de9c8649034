import {AckError} from '../base/errors.ts'
import {pathBelow} from '../base/files/path-below.ts'
import {readAtMost} from '../base/files/read-at-most.ts'
import {invalidFile} from './profile.ts'

/** Nothing that holds credentials is larger; what is (a device, say) is not read to its end. */
const MAX_BYTES = 1024 * 1024

/** Reads a credential file as UTF-8 text, without the byte order mark that some editors put first; else as {@link readCredentialBytes}. */
export const readCredentialFile = async (path: string): Promise<string | undefined> =>
  (await readCredentialBytes(path))?.toString('utf8').replace(/^\uFEFF/, '')

/**
 * Reads a credential file as it is.
 *
 * @returns undefined when there is no such file
 * @throws AckError `CredentialFileInvalid` for a file of more than 1 MiB, `CredentialFileUnreadable` for every other
 *   failure
 */
export const readCredentialBytes = async (path: string): Promise<Buffer | undefined> => {
  try {
    const content = readAtMost(path, MAX_BYTES + 1)
    if (content.length > MAX_BYTES) throw invalidFile(path, 'is larger than 1 MiB')
    return content
  } catch (error) {
    if (error instanceof AckError) throw error
    const {code} = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw new AckError('CredentialFileUnreadable', `cannot read ${path}: ${code ?? 'unknown error'}`, nextStepFor(code))
  }
}

const nextStepFor = (code: string | undefined): string => {
  if (code === 'EACCES' || code === 'EPERM') return 'make the file readable for this user'
  if (code === 'EISDIR') return 'name a file, not a directory'
  return 'check the file, or name another one with --profile-file'
}

/** A path whose leading `~` stands for the home directory. */
export const expandHome = (path: string, homeDir: string): string =>
  path === '~' || path.startsWith('~/') || path.startsWith('~\\')
    ? pathBelow(homeDir, ...path.slice(2).split(/[/\\]/).filter(Boolean))
    : path

/** The file was named by the user but is not there. */
export const missingFile = (path: string, namedBy: string): AckError =>
  new AckError('CredentialFileUnreadable', `${path}, named by ${namedBy}, does not exist`, `correct ${namedBy}`)
