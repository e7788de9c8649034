import {openApiServer} from '../api-server/open-api-server.ts'
import {entriesOf, listPages, nameOf, namespaceOf} from '../api-server/objects.ts'
import {SERVICE_ACCOUNTS} from '../api-server/service-accounts.ts'
import {AckError} from '../base/errors.ts'
import {forEachOf} from '../base/for-each-of.ts'
import {within, type Calling} from '../ram/call-ram.ts'
import {getRole, listRoles, type RamRole} from '../ram/roles.ts'
import type {ServiceAccount} from './names.ts'
import {judgeTrust, namedSubjects, parseTrustPolicy, risksOf, type TrustPolicy} from './trust-policy.ts'
import type {TokenSubject, TrustedProvider} from './trust-statement.ts'
import {ROLE_ANNOTATION} from './webhook.ts'

/** A role whose trust policy has statements about a cluster's OIDC provider. */
export interface TrustingRole {
  readonly name: string
  readonly policy: TrustPolicy
  /** As they stand in the trust policy, with or without wildcards, whether or not it lets them in. */
  readonly subjects: readonly string[]
  readonly risks: readonly string[]
}

/** A service account with the annotation of the webhook. */
export interface AnnotatedAccount extends ServiceAccount {
  readonly role: string
}

/** How many roles are read at once: more would be throttled. */
const AT_ONCE = 6

/**
 * All roles of the account that trust a provider. Lists of RAM have no trust policies, so each role is read.
 *
 * @throws AckError what RAM answers
 */
export const findTrustingRoles = async (
  provider: TrustedProvider,
  calling: Calling,
): Promise<readonly TrustingRole[]> => {
  const names = (await within(calling, listRoles)).map(({name}) => name)
  calling.context.log.debug(`reading the trust policies of ${names.length} roles`)
  return [...(await readRoles(names, calling))].flatMap(([name, {trustPolicy}]) => {
    const policy = parsePolicy(trustPolicy)
    if (!policy) return []
    const subjects = namedSubjects(policy, provider)
    return subjects.length === 0 ? [] : [{name, policy, subjects, risks: risksOf(policy, provider)}]
  })
}

/** Whether a role lets a subject in; undefined where conditions decide that cannot be judged here. */
export const isTrusted = (policy: TrustPolicy, subject: TokenSubject): boolean | undefined => {
  const {isAllowed, isDenied, isUncertain} = judgeTrust(policy, subject)
  if (isDenied) return false
  return isUncertain ? undefined : isAllowed
}

/**
 * The roles of these names that are there, by the name: each is asked for once, and a few at a time.
 *
 * @throws AckError what RAM answers
 */
export const readRoles = async (names: readonly string[], calling: Calling): Promise<ReadonlyMap<string, RamRole>> => {
  const found = await forEachOf([...new Set(names)], AT_ONCE, async (name) => {
    const role = await within(calling, (ofCall) => getRole(name, ofCall))
    return role ? [[name, role] as const] : []
  })
  return new Map(found.flat())
}

/** A policy that is none trusts nobody of this provider. */
const parsePolicy = (text: string): TrustPolicy | undefined => {
  try {
    return parseTrustPolicy(text, '')
  } catch (error) {
    if (AckError.is(error)) return undefined
    throw error
  }
}

/**
 * All service accounts of a cluster that are annotated with a role.
 *
 * @throws AckError what the Container Service and the API server answer
 */
export const findAnnotatedAccounts = async (
  cluster: {readonly clusterId: string; readonly privateAddress: boolean},
  {caller, context, signal}: Calling,
): Promise<readonly AnnotatedAccount[]> => {
  const found = new Map<string, AnnotatedAccount>()
  const api = await openApiServer(cluster, caller, context, signal)
  for await (const items of listPages(SERVICE_ACCOUNTS, api, signal ? {signal} : {}))
    for (const item of items) {
      const role = entriesOf(item, 'annotations')[ROLE_ANNOTATION]
      const [namespace, name] = [namespaceOf(item), nameOf(item)]
      if (typeof role === 'string') found.set(`${namespace}/${name}`, {namespace, name, role})
    }
  return [...found.values()]
}
