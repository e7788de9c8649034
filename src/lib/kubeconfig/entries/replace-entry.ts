import {isJsonObject, type JsonObject} from '../../base/json-object.ts'
import type {EntryChange} from '../document/kubeconfig-changes.ts'
import {EXEC_EXTENSION} from './entries.ts'
import {isOurExecEntry} from './our-exec-entry.ts'
import type {DesiredEntry} from './desired-entries.ts'

/** Fields that compete with ours: kubectl refuses some of them next to ours, or prefers them. */
const COMPETING = {
  clusters: ['certificate-authority', 'insecure-skip-tls-verify'],
  users: [
    'auth-provider',
    'client-certificate',
    'client-certificate-data',
    'client-key',
    'client-key-data',
    'password',
    'token',
    'tokenFile',
    'username',
  ],
  contexts: [],
} as const

/**
 * The change that turns an existing entry into the desired one. Other fields stay, such as a namespace, a proxy, or
 * variables that the user has added to our exec entry.
 *
 * @param existing - the inner object of the entry with that name, if there is one
 */
export const replaceEntry = ({kind, name, fields}: DesiredEntry, existing: JsonObject = {}): EntryChange => ({
  kind,
  name,
  set: {...fields, ...keptExtensions(fields, existing), ...keptVariables(fields, existing)},
  remove: COMPETING[kind].filter((field) => Object.hasOwn(existing, field)),
})

const keptExtensions = ({extensions: ours}: JsonObject, {extensions: theirs}: JsonObject): JsonObject => {
  if (!Array.isArray(ours) || !Array.isArray(theirs)) return {}
  const others = theirs.filter((item: unknown) => !isJsonObject(item) || item['name'] !== EXEC_EXTENSION)
  return {extensions: [...others, ...ours] as readonly unknown[]}
}

const keptVariables = ({exec: ours}: JsonObject, {exec: theirs}: JsonObject): JsonObject =>
  isJsonObject(ours) && isJsonObject(theirs) && isOurExecEntry(theirs) && theirs['env']
    ? {exec: {...ours, env: theirs['env']}}
    : {}
