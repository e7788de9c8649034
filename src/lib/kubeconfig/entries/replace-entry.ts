import {isJsonObject, type JsonObject} from '../../base/json-object.ts'
import type {EntryChange} from '../document/kubeconfig-changes.ts'
import {KUBECONFIG_OPTIONS} from '../../options/kubeconfig-definitions.ts'
import {EXEC_EXTENSION} from './entries.ts'
import {installHint, interactiveMode, isInteractiveMode} from './exec-entry.ts'
import {ourExecFacts} from './our-exec-entry.ts'
import type {DesiredEntry} from './desired-entries.ts'

/** Other ways to get credentials. */
export const COMPETING_USER_FIELDS = [
  'auth-provider',
  'client-certificate',
  'client-certificate-data',
  'client-key',
  'client-key-data',
  'password',
  'token',
  'tokenFile',
  'username',
] as const

/** Fields that compete with ours: kubectl refuses some of them next to ours, or prefers them. */
const COMPETING = {
  clusters: ['certificate-authority', 'insecure-skip-tls-verify'],
  users: COMPETING_USER_FIELDS,
  contexts: [],
} as const

/**
 * The change that turns an existing entry into the desired one. Other fields stay, such as a namespace or a proxy, and in
 * an exec entry of ours what the user has set by hand: variables, the command, the hint, the mode.
 *
 * @param existing - the inner object of the entry with that name, if there is one
 */
export const replaceEntry = (
  {kind, name, fields, choosesCommand = false}: DesiredEntry,
  existing: JsonObject = {},
): EntryChange => ({
  kind,
  name,
  set: {...fields, ...keptExtensions(fields, existing), ...keptExec(fields, existing, choosesCommand)},
  remove: COMPETING[kind].filter((field) => Object.hasOwn(existing, field)),
})

const keptExtensions = ({extensions: ours}: JsonObject, {extensions: theirs}: JsonObject): JsonObject => {
  if (!Array.isArray(ours) || !Array.isArray(theirs)) return {}
  const others = theirs.filter((item: unknown) => !isJsonObject(item) || item['name'] !== EXEC_EXTENSION)
  return {extensions: [...others, ...ours] as readonly unknown[]}
}

const keptExec = ({exec: ours}: JsonObject, {exec: theirs}: JsonObject, choosesCommand: boolean): JsonObject => {
  const facts = ourExecFacts(theirs)
  if (!facts || !isJsonObject(ours) || !isJsonObject(theirs)) return {}
  const {command, installHint: hint, interactiveMode: mode} = theirs
  const written = interactiveMode(facts.options.get('profile-name'), facts.options.get('credential-type'))
  // The name alone is what is written where nobody chose: what was found here now is as good.
  const keepsCommand = command && command !== KUBECONFIG_OPTIONS['exec-command'].default && !choosesCommand
  const keepsHint = hint && (keepsCommand || hint !== installHint(String(command)))
  return {
    exec: {
      ...theirs,
      ...ours,
      ...(keepsCommand ? {command} : {}),
      ...(keepsHint ? {installHint: hint} : {}),
      // As it was written for the options of the entry, it changes with them; otherwise somebody has set it.
      ...(isInteractiveMode(mode) && mode !== written ? {interactiveMode: mode} : {}),
    },
  }
}
