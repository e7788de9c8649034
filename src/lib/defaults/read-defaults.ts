import {statSync, type Stats} from 'node:fs'
import {dirname} from 'node:path'

import {errorCode} from '../base/error-code.ts'
import {AckError} from '../base/errors.ts'
import {isAbsolutePath} from '../base/is-absolute-path.ts'
import {readUserFile, UntrustedFile, whyUnreadable} from '../base/files/read-user-file.ts'
import {writtenByOthers} from '../base/files/written-by-others.ts'
import {GLOBAL_OPTIONS, ROLE_OPTIONS} from '../options/definitions.ts'
import {namesCredentials, type EntryLine} from '../options/entry-line.ts'
import type {Defaults} from '../options/read-option.ts'
import {CONFIG_VARIABLE, configPaths, LEAVE_OUT, type LineWithDefaults, type Where} from './config-files.ts'
import {parseDefaults} from './parse-defaults.ts'
import {invalidConfig} from './read-entries.ts'

/** A defaults file. */
export interface DefaultsFile {
  readonly path: string
  readonly isThere: boolean
  readonly values: Defaults
  /** Why nothing of it is in force. */
  readonly problem: AckError | undefined
}

/** What `ACK_RAM_TOOL_CONFIG` says where no file is to be read. */
const NO_FILE: ReadonlySet<string> = new Set(['none', '/dev/null'])

/** Far more than all options take. */
const MAX_BYTES = 64 * 1024

/** What these print must not depend on a file that is in order. */
const WITHOUT_FILES: ReadonlySet<string | undefined> = new Set(['completion', 'config path', 'doctor', 'version'])

/** As `withDefaults`, where there may be a file. */
export const addDefaults = async <L extends LineWithDefaults>(line: L, where: Where): Promise<L> => {
  const files = await readDefaultsFiles(where)
  const problem = files.find((file) => file.problem)?.problem
  return {
    ...line,
    defaults: defaultsFor(line, defaultsOf(files)),
    problem: line.problem ?? (WITHOUT_FILES.has(line.command) ? undefined : problem),
  }
}

/** What files say together, the strongest first. */
const defaultsOf = (files: readonly DefaultsFile[]): Defaults =>
  Object.assign({}, ...files.map(({values}) => values).toReversed()) as Defaults

/** The options that say whose credentials are used, by their first variables. */
const WHO: ReadonlySet<string> = new Set(
  [
    GLOBAL_OPTIONS['credential-type'],
    GLOBAL_OPTIONS['ignore-aliyun-cli-credentials'],
    GLOBAL_OPTIONS['ignore-env-credentials'],
    GLOBAL_OPTIONS['profile-file'],
    GLOBAL_OPTIONS['profile-name'],
    ...Object.values(ROLE_OPTIONS),
  ].map(({env}) => env[0]),
)

/**
 * The defaults that count for a command line. One that kubectl runs and that names a file or a type of credentials, as the
 * entries that we write do, says all of whose credentials are used: a file that is changed later changes nothing of that.
 */
export const defaultsFor = (line: EntryLine, values: Defaults): Defaults =>
  namesCredentials(line)
    ? Object.fromEntries(Object.entries(values).filter(([variable]) => !WHO.has(variable)))
    : values

/** Reads every defaults file that counts, the strongest first. Never throws: each file has its own problem. */
export const readDefaultsFiles = async (where: Where): Promise<readonly DefaultsFile[]> => {
  const named = where.env[CONFIG_VARIABLE]
  if (!named) return Promise.all(configPaths(where).map((path) => readFile(path, where)))
  if (NO_FILE.has(named)) return []
  if (isAbsolutePath(named)) return [await readFile(named, where, true)]
  const problem = new AckError(
    'ConfigInvalid',
    `${CONFIG_VARIABLE} is not an absolute path`,
    'give the whole path of a file, or `none` to read no file',
  )
  return [{path: named, isThere: false, values: {}, problem}]
}

const readFile = async (path: string, {homeDir}: Where, isNamed = false): Promise<DefaultsFile> => {
  try {
    const distrust = (status: Stats): string | undefined => whyNotTrusted(path, status, homeDir)
    const content = readUserFile(path, {maxBytes: MAX_BYTES, waitMs: 0, distrust})
    return {path, isThere: true, values: await parseDefaults(content, path), problem: undefined}
  } catch (error) {
    const code = errorCode(error)
    const isMissing = code === 'ENOENT' || code === 'ENOTDIR'
    const problem = isMissing ? (isNamed ? missing(path) : undefined) : problemWith(path, error)
    return {path, isThere: !isMissing, values: {}, problem}
  }
}

/** The file may be the system's, and its option one of a newer version. */
const withLeaveOutHint = ({code, message, nextStep, mistyped}: AckError): AckError =>
  new AckError(code, message, `${nextStep}; ${LEAVE_OUT}`, mistyped ? {mistyped} : {})

const missing = (path: string): AckError =>
  invalidConfig(`${path}, named by ${CONFIG_VARIABLE}, does not exist`, `correct ${CONFIG_VARIABLE}, or unset it`)

const problemWith = (path: string, error: unknown): AckError => {
  if (AckError.is(error)) return withLeaveOutHint(error)
  if (error instanceof UntrustedFile)
    return new AckError(
      'ConfigUntrusted',
      `${path} sets the defaults of options, and ${error.message}`,
      `make it a regular file of root or of this user that others cannot write, ${LEAVE_OUT}`,
    )
  return invalidConfig(
    `cannot read ${path}: ${whyUnreadable(error)}`,
    `make it a file that this user can read, ${LEAVE_OUT}`,
  )
}

/** It may name the profile and the program that kubectl runs. The file that is open is looked at, and where it really is. */
const whyNotTrusted = (path: string, status: Stats, homeDir: string | undefined): string | undefined => {
  if (!status.isFile()) return 'it is not a regular file'
  const own = (found: Stats): Pick<Stats, 'mode' | 'uid'> =>
    isOfSudo(found, homeDir) ? {mode: found.mode, uid: 0} : found
  return writtenByOthers(own(status), true) ?? dirOfOthers(path, own)
}

/** Where sudo keeps HOME, the user's own file counts for root too. */
const isOfSudo = ({uid}: Stats, homeDir: string | undefined): boolean =>
  process.geteuid?.() === 0 && homeDir !== undefined && statSync(homeDir, {throwIfNoEntry: false})?.uid === uid

const STICKY = 0o1000
const WRITABLE_BY_ALL = 0o002

/** A link may lead to where others can exchange the file. */
const dirOfOthers = (path: string, own: (status: Stats) => Pick<Stats, 'mode' | 'uid'>): string | undefined => {
  const user = process.geteuid?.()
  if (user === undefined) return undefined
  const dir = dirname(process.getBuiltinModule('node:fs').realpathSync.native(path))
  const {mode, uid} = own(statSync(dir))
  if (uid !== 0 && uid !== user) return `another user owns ${dir}, where it is`
  return (mode & WRITABLE_BY_ALL) !== 0 && (mode & STICKY) === 0
    ? `every user can write ${dir}, where it is`
    : undefined
}
