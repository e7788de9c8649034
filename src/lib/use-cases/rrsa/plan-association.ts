import {openApiServer} from '../../api-server/open-api-server.ts'
import {AckError} from '../../base/errors.ts'
import type {Change, Plan} from '../../changes/plan.ts'
import {within, type Calling} from '../../ram/call-ram.ts'
import type {PolicyName} from '../../ram/policies.ts'
import {planObjects, type WantedObjects} from '../../rrsa/cluster-objects.ts'
import {describeAccount, hasWildcard, subjectOf, type ServiceAccount} from '../../rrsa/names.ts'
import {planAttachments, requirePolicies} from '../../rrsa/policy-attachment.ts'
import {readRrsaState, requireEnabled, type EnabledRrsa} from '../../rrsa/rrsa-state.ts'
import {planRoleCreation, planTrustUpdate, readTrustPolicy, type TrustChange} from '../../rrsa/trust-change.ts'
import {
  emptyTrustPolicy,
  judgeTrust,
  lengthWarnings,
  risksOf,
  withSubject,
  type TrustPolicy,
} from '../../rrsa/trust-policy.ts'

/** What associate-role is asked for; names are checked. */
export interface AssociationRequest {
  readonly clusterIds: readonly string[]
  readonly role: string
  readonly account: ServiceAccount
  readonly createsRole: boolean
  readonly policies: readonly PolicyName[]
  readonly labelsNamespace: boolean
  readonly annotatesAccount: boolean
  readonly privateAddress: boolean
}

/** The beginning of the description of roles that this program makes, by which it knows them again. */
export const CREATED_BY = 'Created by ack-ram-tool for RRSA'

/** RAM takes no longer one. In characters. */
const MAX_DESCRIPTION = 1024

/**
 * Looks up and checks everything, then plans: the role with its trust policy, its policies, the objects in the clusters.
 *
 * @throws AckError `PreconditionFailed` for what is not there, and what the services answer
 */
export const planAssociation = async (wanted: AssociationRequest, calling: Calling): Promise<Plan> => {
  const {role, account, clusterIds} = wanted
  const providers: EnabledRrsa[] = []
  for (const clusterId of clusterIds)
    providers.push(requireEnabled(await within(calling, (ofCall) => readRrsaState(clusterId, ofCall)), calling.context))
  await within(calling, (ofCall) => requirePolicies(wanted.policies, ofCall))
  const current = await readTrustPolicy(role, calling)
  if (!current && !wanted.createsRole) throw noRole(role)
  const change = trustChange(wanted, providers)
  const trust = current ? planTrustUpdate(current, change, calling) : planRoleCreation(change, calling)
  const attachments = await within(calling, (ofCall) => planAttachments(role, wanted.policies, !current, ofCall))
  const objects = await planAllObjects(wanted, calling)
  const after = change.edit(current ?? emptyTrustPolicy())
  return {
    purpose: `associate RAM role ${role} with service account ${describeAccount(account)} of ${clusterIds.join(', ')}`,
    warnings: [...warningsOf(after, wanted, providers), ...objects.warnings],
    changes: [...(trust ? [trust] : []), ...attachments, ...objects.changes],
  }
}

const trustChange = (
  {role, account, clusterIds}: AssociationRequest,
  providers: readonly EnabledRrsa[],
): TrustChange => ({
  role,
  description: `${CREATED_BY} of cluster ${clusterIds.join(', ')}`.slice(0, MAX_DESCRIPTION),
  edit: (policy) =>
    providers.reduce((edited, provider) => withSubject(edited, {provider, account}, `RAM role ${role}`), policy),
})

const planAllObjects = async (
  wanted: AssociationRequest,
  calling: Calling,
): Promise<{readonly changes: readonly Change[]; readonly warnings: readonly string[]}> => {
  const {labelsNamespace, annotatesAccount, privateAddress} = wanted
  if (!labelsNamespace && !annotatesAccount) return {changes: [], warnings: []}
  const plans = []
  for (const clusterId of wanted.clusterIds)
    plans.push(
      await within(calling, async ({caller, context, signal}) => {
        const api = await openApiServer({clusterId, privateAddress}, caller, context, signal)
        return planObjects(wanted satisfies WantedObjects, api, signal)
      }),
    )
  return {changes: plans.flatMap(({changes}) => changes), warnings: plans.flatMap(({warnings}) => warnings)}
}

const warningsOf = (
  policy: TrustPolicy,
  {account}: AssociationRequest,
  providers: readonly EnabledRrsa[],
): readonly string[] => [
  ...(hasWildcard(account)
    ? [`${describeAccount(account)} has a wildcard: every service account that it matches may become the role`]
    : []),
  ...new Set(providers.flatMap((provider) => risksOf(policy, provider))),
  ...(providers.some((provider) => judgeTrust(policy, {provider, subject: subjectOf(account)}).isUncertain)
    ? ['a statement of the trust policy may deny this service account under some conditions']
    : []),
  ...lengthWarnings(policy),
]

const noRole = (role: string): AckError =>
  new AckError(
    'PreconditionFailed',
    `RAM role ${role} does not exist`,
    'check its name, or pass --create-role-if-not-exist',
  )
