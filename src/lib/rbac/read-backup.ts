import {lstatSync, readdirSync} from 'node:fs'
import {basename, join, resolve} from 'node:path'

import {isPathStep} from '../api-server/api-call.ts'
import {nameOf, namespaceOf} from '../api-server/objects.ts'
import {errorCode} from '../base/error-code.ts'
import {AckError} from '../base/errors.ts'
import {readUserFile, UntrustedFile, whyUnreadable} from '../base/files/read-user-file.ts'
import {OWNED_BY_ANOTHER, writtenByOthers} from '../base/files/written-by-others.ts'
import {posixWord} from '../base/shell-words.ts'
import {isClusterId} from '../container-service/cluster-id.ts'
import {isJsonObject, parseJsonObject, type JsonObject} from '../base/json-object.ts'
import type {ClusterBindings} from './backup.ts'
import {RBAC_GROUP, type BindingKind, type BindingName} from './bindings.ts'

/** The API server takes no larger object. In bytes. */
const MAX_FILE_BYTES = 4 * 1024 * 1024

/**
 * Reads the folder of a backup, or the folder of one cluster in it.
 *
 * @throws AckError `BackupUnusable` for what is no backup: a link, a file that is no binding, nothing at all
 */
export const readBindingsBackup = (dir: string): readonly ClusterBindings[] => {
  const path = resolve(dir)
  const names = namesIn(path)
  if (names.some((name) => name.endsWith('.json'))) return [readCluster(path)]
  const clusters = names
    .filter((name) => isClusterId(name) && lstatSync(join(path, name)).isDirectory())
    .map((name) => readCluster(join(path, name)))
  if (clusters.length === 0) throw unusable(path, 'it holds no folder of a cluster')
  return clusters
}

/** A binding by its kind, namespace and name. */
export const bindingName = (binding: JsonObject): BindingName => ({
  kind: binding['kind'] as BindingKind,
  namespace: namespaceOf(binding),
  name: nameOf(binding),
})

const namesIn = (path: string): readonly string[] => {
  try {
    const status = lstatSync(path)
    if (status.isSymbolicLink()) throw unusable(path, 'it is a link, which is not followed: name the directory itself')
    if (!status.isDirectory()) throw unusable(path, 'it is not a directory')
    return readdirSync(path).toSorted()
  } catch (error) {
    if (AckError.is(error)) throw error
    throw unusable(path, errorCode(error), error)
  }
}

const readCluster = (path: string): ClusterBindings => {
  const clusterId = basename(path)
  const files = namesIn(path).filter((name) => name.endsWith('.json'))
  if (!isClusterId(clusterId) || files.length === 0) throw unusable(path, 'it is not the folder of a cluster')
  return {clusterId, bindings: files.map((name) => readBinding(join(path, name)))}
}

const readBinding = (file: string): JsonObject => {
  const binding = parseJsonObject(readText(file))
  if (binding && isBinding(binding)) return binding
  throw unusable(file, 'it is not a binding of RBAC')
}

/** Whoever can write the file decides who gets rights. */
const readText = (file: string): string => {
  try {
    if (!lstatSync(file).isFile()) throw unusable(file, 'it is not a regular file')
    return readUserFile(file, {maxBytes: MAX_FILE_BYTES, waitMs: 0, distrust: writtenByOthers}).toString('utf8')
  } catch (error) {
    if (AckError.is(error)) throw error
    if (error instanceof UntrustedFile) throw unusable(file, error.message, error, trustStep(file, error.message))
    throw unusable(file, whyUnreadable(error), error)
  }
}

const isBinding = (object: JsonObject): boolean => {
  const {kind, apiVersion, roleRef, subjects} = object
  const isOfCluster = kind === 'ClusterRoleBinding'
  return (
    (isOfCluster || kind === 'RoleBinding') &&
    apiVersion === `${RBAC_GROUP}/v1` &&
    isPathStep(nameOf(object)) &&
    (isOfCluster ? namespaceOf(object) === '' : isPathStep(namespaceOf(object))) &&
    isJsonObject(roleRef) &&
    Array.isArray(subjects) &&
    subjects.every(isJsonObject)
  )
}

/** What was written by others may give rights to others: a person has to look first. */
const trustStep = (file: string, why: string): string =>
  why === OWNED_BY_ANOTHER
    ? 'look at what it says, then restore from a copy of your own of the folder'
    : `look at what it says, then run \`chmod o-w ${posixWord(file)}\``

const unusable = (
  path: string,
  why: string,
  cause?: unknown,
  nextStep = 'name the folder that cleanup-user-permissions made',
): AckError => new AckError('BackupUnusable', `${path} cannot be restored: ${why}`, nextStep, {cause})
