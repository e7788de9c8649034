import {createHash} from 'node:crypto'
import {closeSync, fsyncSync, lstatSync, mkdirSync, openSync, readFileSync, realpathSync, writeFileSync} from 'node:fs'
import {join, resolve} from 'node:path'

import {nameOf, namespaceOf} from '../api-server/objects.ts'
import {errorCode} from '../base/error-code.ts'
import {AckError} from '../base/errors.ts'
import {unlessRefused} from '../base/files/refused-operation.ts'
import {removeIfPossible, renamePersistently, syncDir} from '../base/files/replace-file.ts'
import {temporaryPath} from '../base/files/temporary-name.ts'
import {isJsonObject, textIn, type JsonObject} from '../base/json-object.ts'
import type {Runtime} from '../base/runtime.ts'

/** The bindings of one cluster, whole. */
export interface ClusterBindings {
  readonly clusterId: string
  readonly bindings: readonly JsonObject[]
}

/** What only the server may set; with it, `kubectl apply` would refuse an object. */
const SERVER_FIELDS = new Set([
  'creationTimestamp',
  'deletionGracePeriodSeconds',
  'deletionTimestamp',
  'generation',
  'managedFields',
  'resourceVersion',
  'selfLink',
  'uid',
])

/** An object as `kubectl apply` takes it. */
export const withoutServerFields = ({metadata, ...object}: JsonObject): JsonObject => ({
  apiVersion: object['apiVersion'],
  kind: object['kind'],
  metadata: Object.fromEntries(
    Object.entries(isJsonObject(metadata) ? metadata : {}).filter(([name]) => !SERVER_FIELDS.has(name)),
  ),
  ...object,
})

/**
 * The path of a folder for a backup, by the time; it may be taken.
 *
 * @param parent - an existing directory; the real one is used, should this be a link to it
 * @throws AckError `BackupUnusable` if there is no such directory, or this user may not look into it
 */
export const backupBase = (parent: string, now: Date): string =>
  join(realDir(parent), `rbac-backup-${now.toISOString().replaceAll(/[-:]|\.\d+/g, '')}`)

/**
 * The first of `<base>`, `<base>-2`, … that is not taken.
 *
 * @throws AckError `BackupUnusable` if this user may not look into the directory
 */
export const freeBackupPath = (base: string): string => {
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? base : `${base}-${number}`
    if (!isTaken(candidate)) return candidate
  }
}

const isTaken = (path: string): boolean => {
  try {
    return lstatSync(path, {throwIfNoEntry: false}) !== undefined
  } catch (error) {
    throw unwritable(path, errorCode(error), error)
  }
}

const realDir = (path: string): string => {
  try {
    const dir = realpathSync(resolve(path))
    if (lstatSync(dir).isDirectory()) return dir
  } catch (error) {
    throw unwritable(path, errorCode(error), error)
  }
  throw unwritable(path, 'it is not a directory')
}

/** A backup on disk: its folder, and the paths of its files. */
export interface WrittenBackup {
  readonly path: string
  readonly files: readonly string[]
}

/**
 * Writes bindings into a new folder, one folder in it for each cluster. It is for this user only, and has its name only
 * when it is complete. Nothing that is there is replaced, and no link is followed.
 *
 * @param base - from {@link backupBase}; the folder gets the first name that is free
 * @throws AckError `BackupUnusable`; then there is no folder
 */
export const writeBackup = async (
  base: string,
  clusters: readonly ClusterBindings[],
  {nonce, platform}: Pick<Runtime, 'nonce' | 'platform'>,
): Promise<WrittenBackup> => {
  const temporary = temporaryPath(base, nonce())
  try {
    makeDir(temporary)
    const names = clusters.flatMap(({clusterId, bindings}) => {
      makeDir(join(temporary, clusterId))
      const files = fileNames(bindings).map((name, index) => ({name: join(clusterId, name), binding: bindings[index]}))
      for (const {name, binding} of files) writeNew(join(temporary, name), backupText(binding ?? {}))
      syncDir(join(temporary, clusterId))
      return files.map(({name}) => name)
    })
    syncDir(temporary)
    const path = await renameToFree(temporary, base, platform)
    return {path, files: names.map((name) => join(path, name))}
  } catch (error) {
    removeIfPossible(temporary)
    if (AckError.is(error)) throw error
    throw unwritable(base, errorCode(error), error)
  }
}

/** Another run of the same second may be faster. To rename onto an empty folder would be no error, so names are looked up. */
const renameToFree = async (temporary: string, base: string, platform: Runtime['platform']): Promise<string> => {
  for (;;) {
    const path = freeBackupPath(base)
    try {
      await renamePersistently(temporary, path, platform)
      return path
    } catch (error) {
      if (!isTaken(path) || !isTaken(temporary)) throw error
    }
  }
}

/**
 * Tries whether a backup can be written, and leaves nothing.
 *
 * @param base - from {@link backupBase}
 * @param bytes - that it is going to take, at least
 * @throws AckError `BackupUnusable`
 */
export const tryBackup = (base: string, bytes: number, {nonce}: Pick<Runtime, 'nonce'>): void => {
  const temporary = temporaryPath(base, nonce())
  try {
    makeDir(temporary)
    writeNew(join(temporary, 'try'), ' '.repeat(bytes))
  } catch (error) {
    throw unwritable(base, errorCode(error), error)
  } finally {
    removeIfPossible(temporary)
  }
}

/** A binding as the text of its file, with a final newline. */
const backupText = (binding: JsonObject): string => `${JSON.stringify(withoutServerFields(binding), undefined, 2)}\n`

/** Whether the files of a backup hold these bindings. Throws AckError `BackupUnusable`. */
export const holdsBackup = (files: readonly string[], clusters: readonly ClusterBindings[]): boolean => {
  const texts = clusters.flatMap(({bindings}) => bindings.map(backupText))
  try {
    return files.length === texts.length && files.every((file, index) => readFileSync(file, 'utf8') === texts[index])
  } catch (error) {
    throw unwritable(files[0] ?? '', errorCode(error), error)
  }
}

const makeDir = (path: string): void => mkdirSync(path, {mode: 0o700})

const writeNew = (path: string, text: string): void => {
  // Fails if there is one, even a link.
  const file = openSync(path, 'wx', 0o600)
  try {
    writeFileSync(file, text)
    unlessRefused(() => fsyncSync(file))
  } finally {
    closeSync(file)
  }
}

const LONGEST_NAME = 150

/** `<Kind>-<namespace>-<name>.json`: names of Kubernetes may be longer than those of files, and have other characters. */
const fileNames = (bindings: readonly JsonObject[]): readonly string[] => {
  const taken = new Set<string>()
  return bindings.map((binding) => {
    const kind = textIn(binding, 'kind')
    const whole = `${kind}-${namespaceOf(binding)}-${nameOf(binding)}`
    const plain = whole.replaceAll(/[^A-Za-z0-9._-]/g, '_').slice(0, LONGEST_NAME)
    // Names that are told apart by case, or were changed, may be the same as others in a directory.
    const isUnique = plain === whole && whole.slice(kind.length) === whole.slice(kind.length).toLowerCase()
    // `a-b` of namespace `c` and `b` of `c-a` have the same plain name.
    const isFree = isUnique && !taken.has(plain)
    taken.add(plain)
    return `${isFree ? plain : `${plain}-${hashOf([kind, namespaceOf(binding), nameOf(binding)])}`}.json`
  })
}

const hashOf = (parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12)

const unwritable = (path: string, why: string, cause?: unknown): AckError =>
  new AckError('BackupUnusable', `cannot write a backup to ${path}: ${why}`, 'pass another --backup-dir', {cause})
