import {AckError} from '../../base/errors.ts'
import {within, type Calling} from '../../ram/call-ram.ts'
import {
  findAnnotatedAccounts,
  findTrustingRoles,
  isTrusted,
  readRoles,
  type AnnotatedAccount,
  type TrustingRole,
} from '../../rrsa/associations.ts'
import {hasWildcard, isRoleName, serviceAccountOf, subjectOf, type ServiceAccount} from '../../rrsa/names.ts'
import {readRrsaState, requireEnabled, type EnabledRrsa} from '../../rrsa/rrsa-state.ts'
import {otherForms} from '../../rrsa/remaining-trust.ts'
import {judgeTrust, type TrustPolicy} from '../../rrsa/trust-policy.ts'
import type {TokenSubject} from '../../rrsa/trust-statement.ts'

/** A role and a service account that belong together, or should. */
export interface Association {
  readonly role: string
  readonly namespace: string
  readonly serviceAccount: string
  /** Whether the trust policy lets the service account in; undefined if conditions decide that cannot be judged here. */
  readonly isTrusted: boolean | undefined
  /** Whether the service account has the annotation; undefined if the cluster could not be read. */
  readonly isAnnotated: boolean | undefined
  /**
   * What does not fit: `missing annotation`, `missing role`, `missing trust`, `wildcard trust`, how a statement differs
   * from the form that this program writes, or a risk.
   */
  readonly drift: readonly string[]
}

/** The associations of a cluster. */
export interface AssociationList {
  readonly clusterId: string
  readonly providerArn: string
  readonly associations: readonly Association[]
  /** What could not be read. */
  readonly unknown: readonly string[]
}

/**
 * Lists the roles that trust a cluster, beside the service accounts that are annotated with a role, and marks where the
 * two differ.
 *
 * @throws AckError `PreconditionFailed` where RRSA is disabled; what RAM and the Container Service answer
 */
export const listAssociations = async (
  cluster: {readonly clusterId: string; readonly privateAddress: boolean},
  calling: Calling,
): Promise<AssociationList> => {
  const {clusterId} = cluster
  const provider = requireEnabled(await within(calling, (ofCall) => readRrsaState(clusterId, ofCall)), calling.context)
  const roles = await findTrustingRoles(provider, calling)
  const accounts = await readAccounts(cluster, calling)
  const annotated = 'unknown' in accounts ? undefined : accounts.known
  const trusted = roles.flatMap((role) => ofRole(role, annotated, provider))
  const existing = await existingRoles(annotated ?? [], roles, calling)
  const others = (annotated ?? []).flatMap((account) => ofAccount(account, roles, existing, provider))
  return {
    clusterId,
    providerArn: provider.arn,
    associations: [...trusted, ...others],
    unknown: 'unknown' in accounts ? [accounts.unknown] : [],
  }
}

const readAccounts = async (
  cluster: {readonly clusterId: string; readonly privateAddress: boolean},
  calling: Calling,
): Promise<{readonly known: readonly AnnotatedAccount[]} | {readonly unknown: string}> => {
  try {
    return {known: await within(calling, (ofCall) => findAnnotatedAccounts(cluster, ofCall))}
  } catch (error) {
    if (!AckError.is(error)) throw error
    return {unknown: `the service accounts of cluster ${cluster.clusterId} could not be read: ${error.message}`}
  }
}

const ofRole = (
  {name, policy, subjects, risks}: TrustingRole,
  annotated: readonly AnnotatedAccount[] | undefined,
  provider: EnabledRrsa,
): readonly Association[] =>
  subjects.map((subject) => {
    const account = serviceAccountOf(subject) ?? {namespace: subject === '*' ? '*' : '', name: subject}
    const isWildcard = hasWildcard(account)
    const isAnnotated = annotated && !isWildcard ? annotated.some((other) => isSame(other, account, name)) : undefined
    const trust = judge(policy, {provider, subject})
    const misses = trust.isTrusted !== false && isAnnotated === false
    return {
      role: name,
      namespace: account.namespace,
      serviceAccount: account.name,
      isTrusted: trust.isTrusted,
      isAnnotated,
      drift: [
        ...trust.drift,
        ...(isWildcard && trust.isTrusted !== false ? ['wildcard trust'] : []),
        ...(misses ? ['missing annotation'] : []),
        ...risks,
      ],
    }
  })

/** Whether a role lets a subject in, and what is not as it should be with that. */
const judge = (policy: TrustPolicy, subject: TokenSubject): Pick<Association, 'isTrusted' | 'drift'> => {
  const trusted = isTrusted(policy, subject)
  const {isAllowed, isDenied, isUncertain} = judgeTrust(policy, subject)
  return {
    isTrusted: trusted,
    drift: [
      ...(trusted === false ? ['missing trust'] : []),
      ...(isDenied || (isAllowed && isUncertain) ? ['a statement with the effect Deny'] : []),
      ...otherForms(policy, subject),
    ],
  }
}

const isSame = (one: AnnotatedAccount, {namespace, name}: ServiceAccount, role: string): boolean =>
  one.namespace === namespace && one.name === name && one.role === role

/** The names of the roles that accounts are annotated with and that exist, whether or not they trust the cluster. */
const existingRoles = async (
  annotated: readonly AnnotatedAccount[],
  trusting: readonly TrustingRole[],
  calling: Calling,
): Promise<ReadonlySet<string>> => {
  const known = new Set(trusting.map(({name}) => name))
  // An annotation may hold anything, an ARN say: there is no role of that name.
  const unknown = annotated.map(({role}) => role).filter((name) => !known.has(name) && isRoleName(name))
  return new Set([...known, ...(await readRoles(unknown, calling)).keys()])
}

/** An annotated account whose role does not name it. */
const ofAccount = (
  account: AnnotatedAccount,
  roles: readonly TrustingRole[],
  existing: ReadonlySet<string>,
  provider: EnabledRrsa,
): readonly Association[] => {
  const role = roles.find(({name}) => name === account.role)
  const subject = subjectOf(account)
  if (role?.subjects.includes(subject)) return []
  const without = {isTrusted: false, drift: [existing.has(account.role) ? 'missing trust' : 'missing role']}
  const {isTrusted: trusted, drift} = role ? judge(role.policy, {provider, subject}) : without
  return [
    {
      role: account.role,
      namespace: account.namespace,
      serviceAccount: account.name,
      isTrusted: trusted,
      isAnnotated: true,
      drift,
    },
  ]
}
