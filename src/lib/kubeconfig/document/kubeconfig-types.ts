import {isJsonObject, type JsonObject} from '../../base/json-object.ts'
import {fromBase64} from '../../yaml/go-scalars.ts'
import type {YamlPath} from '../../yaml/yaml-text.ts'

/** The type of a value in a kubeconfig. Null is a value of every type. */
export type FieldType =
  | 'text'
  | 'boolean'
  | 'base64'
  | 'anything'
  | {readonly listOf: FieldType}
  | {readonly mapOf: FieldType}
  | {readonly fields: Readonly<Record<string, FieldType>>}

const EXTENSIONS: FieldType = {listOf: {fields: {name: 'text', extension: 'anything'}}}

const CLUSTER: FieldType = {
  fields: {
    server: 'text',
    'tls-server-name': 'text',
    'insecure-skip-tls-verify': 'boolean',
    'certificate-authority': 'text',
    'certificate-authority-data': 'base64',
    'proxy-url': 'text',
    'disable-compression': 'boolean',
    extensions: EXTENSIONS,
  },
}

const EXEC: FieldType = {
  fields: {
    command: 'text',
    args: {listOf: 'text'},
    env: {listOf: {fields: {name: 'text', value: 'text'}}},
    apiVersion: 'text',
    installHint: 'text',
    provideClusterInfo: 'boolean',
    interactiveMode: 'text',
  },
}

const USER: FieldType = {
  fields: {
    'client-certificate': 'text',
    'client-certificate-data': 'base64',
    'client-key': 'text',
    'client-key-data': 'base64',
    token: 'text',
    tokenFile: 'text',
    as: 'text',
    'as-uid': 'text',
    'as-groups': {listOf: 'text'},
    'as-user-extra': {mapOf: {listOf: 'text'}},
    username: 'text',
    password: 'text',
    'auth-provider': {fields: {name: 'text', config: {mapOf: 'text'}}},
    exec: EXEC,
    extensions: EXTENSIONS,
  },
}

const CONTEXT: FieldType = {fields: {cluster: 'text', user: 'text', namespace: 'text', extensions: EXTENSIONS}}

/**
 * The fields that kubectl reads; it ignores all others.
 *
 * @see https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/
 */
const CONFIG: FieldType = {
  fields: {
    apiVersion: 'text',
    kind: 'text',
    preferences: {fields: {colors: 'boolean', extensions: EXTENSIONS}},
    clusters: {listOf: {fields: {name: 'text', cluster: CLUSTER}}},
    users: {listOf: {fields: {name: 'text', user: USER}}},
    contexts: {listOf: {fields: {name: 'text', context: CONTEXT}}},
    'current-context': 'text',
    extensions: EXTENSIONS,
  },
}

/** A value that kubectl cannot read. */
export interface TypeFault {
  readonly path: YamlPath
  readonly cause: string
}

/** Finds the first value of a kubeconfig that has another type than kubectl expects. */
export const typeFault = (config: JsonObject): TypeFault | undefined => faultOf(config, CONFIG, [], 'the file')

/** @param what - the value in messages, which never quote the file: only names of known fields are in it */
const faultOf = (value: unknown, type: FieldType, path: YamlPath, what: string): TypeFault | undefined => {
  if (value === null || value === undefined || type === 'anything') return undefined
  const fault = (cause: string): TypeFault => ({path, cause: `${what} is ${cause}`})
  if (type === 'text') return typeof value === 'string' ? undefined : fault(NOT_TEXT[typeof value] ?? 'not text')
  if (type === 'boolean') return typeof value === 'boolean' ? undefined : fault('neither true nor false')
  if (type === 'base64') return isBase64(value) ? undefined : fault('not base64')
  if ('listOf' in type) {
    if (!Array.isArray(value)) return fault('not a list')
    return firstOf(value.entries(), ([index, item]) => faultOf(item, type.listOf, [...path, index], ofItem(what)))
  }
  if (!isJsonObject(value)) return fault('not a mapping')
  if ('mapOf' in type)
    return firstOf(Object.entries(value), ([key, field]) => faultOf(field, type.mapOf, [...path, key], ofItem(what)))
  return firstOf(Object.entries(type.fields), ([key, inner]) =>
    faultOf(ownField(value, key), inner, [...path, key], key),
  )
}

const NOT_TEXT: Readonly<Record<string, string>> = {
  bigint: 'not text: put it in quotation marks',
  boolean: 'not text: put it in quotation marks',
  number: 'not text: put it in quotation marks',
}

const ofItem = (what: string): string => (what.startsWith('an entry of') ? what : `an entry of ${what}`)

const ownField = (value: JsonObject, key: string): unknown => (Object.hasOwn(value, key) ? value[key] : undefined)

/** Go also reads a list of numbers as bytes. */
const isBase64 = (value: unknown): boolean =>
  Array.isArray(value)
    ? value.every((byte) => byte === null || (typeof byte === 'bigint' && byte >= 0n && byte < 256n))
    : typeof value === 'string' && fromBase64(value) !== undefined

const firstOf = <T>(items: Iterable<T>, find: (item: T) => TypeFault | undefined): TypeFault | undefined => {
  for (const item of items) {
    const fault = find(item)
    if (fault) return fault
  }
  return undefined
}
