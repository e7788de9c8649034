import type {JsonObject} from '../../base/json-object.ts'
import {MASK} from '../../base/mask-login.ts'
import type {EntryKind} from '../document/kubeconfig-changes.ts'
import {isConfidential} from '../../options/definitions.ts'
import {DECIDING} from '../entries/entry-flags.ts'
import {ourExecFacts, type OurExecFacts} from '../entries/our-exec-entry.ts'
import {COMPETING_USER_FIELDS} from '../entries/replace-entry.ts'

/**
 * The same for a context, with how its users differ where that is known: people know profiles, not names of users.
 *
 * @param users - the fields of the existing and the desired user
 */
export const describeContextConflict = (
  existing: JsonObject,
  wanted: JsonObject,
  users: {readonly existing: JsonObject | undefined; readonly wanted: JsonObject | undefined},
): string | undefined => {
  const difference = describeConflict('contexts', existing, wanted)
  const ofUsers = difference && users.existing && users.wanted && describeUsers(users.existing, users.wanted, true)
  return ofUsers ? `${ofUsers} (it ${difference})` : difference
}

/**
 * How an existing entry differs from the desired one in its target, as words that follow its name: `uses profile dev;
 * replace by profile prod`. No value in it is a secret.
 *
 * @returns undefined if the target is the same
 */
export const describeConflict = (kind: EntryKind, existing: JsonObject, wanted: JsonObject): string | undefined =>
  DIFFERENCE[kind](existing, wanted)

const DIFFERENCE: Record<EntryKind, (existing: JsonObject, wanted: JsonObject) => string | undefined> = {
  clusters: (existing, wanted) =>
    existing['server'] === wanted['server']
      ? undefined
      : `points to ${hostOf(existing['server'])}; replace by ${hostOf(wanted['server'])}`,
  contexts: (existing, wanted) => {
    const fields = (['cluster', 'user'] as const).filter((field) => existing[field] !== wanted[field])
    if (fields.length === 0) return undefined
    const words = (context: JsonObject): string =>
      fields.map((field) => `${field} ${JSON.stringify(context[field] ?? '')}`).join(' and ')
    return `uses ${words(existing)}; replace by ${words(wanted)}`
  },
  users: (existing, wanted) => describeUsers(existing, wanted, false),
}

/** @param isInContext - where a user without a cluster ID is for the cluster of the context, which is compared by itself */
const describeUsers = (existing: JsonObject, wanted: JsonObject, isInContext: boolean): string | undefined => {
  const [before, after] = [ourExecFacts(existing['exec']), ourExecFacts(wanted['exec'])]
  if (!before || !after) return `uses other credentials (${kindOf(existing)}); replace by those of ack-ram-tool`
  const isCompared = !isInContext || (before.clusterId !== undefined && after.clusterId !== undefined)
  if (isCompared && before.clusterId !== after.clusterId)
    return `is for ${clusterOf(before)}; replace by ${clusterOf(after)}`
  return describeOptions(before, after)
}

const clusterOf = ({clusterId}: OurExecFacts): string => (clusterId ? `cluster ${clusterId}` : 'any cluster')

const describeOptions = (before: OurExecFacts, after: OurExecFacts): string | undefined => {
  if (before.deciding.join() === after.deciding.join()) return undefined
  const names = [...new Set([...before.decidingOptions.keys(), ...after.decidingOptions.keys()])].filter(
    (name) => before.decidingOptions.get(name) !== after.decidingOptions.get(name),
  )
  const words = ({decidingOptions}: OurExecFacts): string =>
    names.map((name) => describeOption(name, decidingOptions.get(name))).join(' and ')
  return `uses ${words(before)}; replace by ${words(after)}`
}

/** What people call an option; the others are called by their flags. */
const WORDS: Readonly<Record<string, string>> = {
  'expected-identity': 'identity',
  'profile-file': 'credential file',
  'profile-name': 'profile',
  'role-arn': 'role',
  'role-duration': 'role duration',
  'role-external-id': 'external ID',
  'role-policy': 'role policy',
  'role-session-name': 'session name',
  'credential-type': 'credential type',
}
/** Not shown: what is confidential, and what is too long. */
const isMasked = (name: string): boolean => name === 'role-policy' || isConfidential(DECIDING[name])

const describeOption = (name: string, value: string | undefined): string => {
  const known = Object.hasOwn(WORDS, name)
  // What nobody knows may be anything, a secret too.
  const word = known ? WORDS[name] : `--${/^[a-z-]{1,40}$/.test(name) ? name : MASK}`
  if (value === undefined) return `no ${word}`
  if (value === 'true') return String(word)
  return `${word} ${isMasked(name) || !known ? MASK : value}`
}

const kindOf = (user: JsonObject): string => {
  if (user['exec']) return 'another program'
  const found = COMPETING_USER_FIELDS.filter((field) => Object.hasOwn(user, field) && !field.startsWith('client-key'))
  return found.length === 0 ? 'none' : found.map((field) => field.replace('-data', '')).join(' and ')
}

const hostOf = (server: unknown): string =>
  typeof server === 'string' && URL.canParse(server) ? new URL(server).host : 'no server'
