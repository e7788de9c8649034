import {AckError} from '../../base/errors.ts'
import type {Change, Plan} from '../../changes/plan.ts'
import type {Calling} from '../../ram/call-ram.ts'
import {detachPolicy, listPoliciesOfRole, type PolicyName} from '../../ram/policies.ts'
import {deleteRole, getRole} from '../../ram/roles.ts'
import {describeAccount, type ServiceAccount} from '../../rrsa/names.ts'
import {readRrsaState} from '../../rrsa/rrsa-state.ts'
import {planTrustUpdate} from '../../rrsa/trust-change.ts'
import {
  judgeTrust,
  parseTrustPolicy,
  providerNamedFor,
  withoutSubject,
  type TrustPolicy,
} from '../../rrsa/trust-policy.ts'
import type {TrustedProvider} from '../../rrsa/trust-statement.ts'
import {within} from '../calling.ts'
import {CREATED_BY} from './plan-association.ts'

/** What disassociate-role is asked for; names are checked. */
export interface Disassociation {
  readonly clusterIds: readonly string[]
  readonly role: string
  readonly account: ServiceAccount
  readonly deletesRole: boolean
}

/**
 * Plans to take a service account out of a trust policy: exactly its own statement, or its subject out of a list. With
 * `deletesRole` the role goes too, if this program made it and it trusts nobody else.
 *
 * @throws AckError `PreconditionFailed` for a role that is not to be deleted; what the services answer
 */
export const planDisassociation = async (wanted: Disassociation, calling: Calling): Promise<Plan> => {
  const {role, account, clusterIds, deletesRole} = wanted
  const purpose = `end the association of RAM role ${role} with service account ${describeAccount(account)} of ${clusterIds.join(', ')}`
  const found = await within(calling, (ofCall) => getRole(role, ofCall))
  if (!found) return {purpose, warnings: [`RAM role ${role} does not exist`], changes: []}
  const policy = parseTrustPolicy(found.trustPolicy, `RAM role ${role}`)
  const providers = await findProviders(clusterIds, policy, calling)
  const edit = (given: TrustPolicy): TrustPolicy =>
    providers.reduce((edited, provider) => withoutSubject(edited, {provider, account}), given)
  const after = edit(policy)
  if (deletesRole) {
    requireOwnRole(found, after)
    return {purpose: `${purpose}, and delete the role`, warnings: [], changes: await planDeletion(role, calling)}
  }
  const update = planTrustUpdate(policy, {role, edit, description: ''}, calling)
  const warnings = [...stillTrusted(after, providers, wanted), ...(update ? emptied(after, role) : [])]
  return {purpose, warnings, changes: update ? [update] : []}
}

/** While RRSA is disabled, the trust policy itself tells which provider was meant. */
const findProviders = async (
  clusterIds: readonly string[],
  policy: TrustPolicy,
  calling: Calling,
): Promise<readonly TrustedProvider[]> => {
  const providers: TrustedProvider[] = []
  for (const clusterId of clusterIds) {
    const {enabled} = await within(calling, (ofCall) => readRrsaState(clusterId, ofCall))
    const provider = enabled ?? providerNamedFor(policy, clusterId)
    if (provider) providers.push(provider)
  }
  return providers
}

const stillTrusted = (
  after: TrustPolicy,
  providers: readonly TrustedProvider[],
  {account}: Disassociation,
): readonly string[] =>
  providers.some((provider) => judgeTrust(after, {provider, account}).isAllowed)
    ? [
        `service account ${describeAccount(account)} may still become the role: another statement allows it, which stays`,
      ]
    : []

const emptied = (after: TrustPolicy, role: string): readonly string[] =>
  after.statements.length === 0
    ? [
        `RAM role ${role} then trusts nobody; RAM may refuse a policy without a statement: --delete-role deletes the role`,
      ]
    : []

const requireOwnRole = (
  {name, description}: {readonly name: string; readonly description: string},
  after: TrustPolicy,
): void => {
  const reason = description.startsWith(CREATED_BY)
    ? after.statements.length > 0 && 'its trust policy has other statements'
    : 'this program did not create it'
  if (!reason) return
  throw new AckError(
    'PreconditionFailed',
    `RAM role ${name} is not deleted: ${reason}`,
    'run the command without --delete-role, or delete the role in the RAM console',
  )
}

const planDeletion = async (role: string, calling: Calling): Promise<readonly Change[]> => {
  const policies = await within(calling, (ofCall) => listPoliciesOfRole(role, ofCall))
  return [...policies.map((policy) => detachment(policy, role, calling)), deletion(role, calling)]
}

const detachment = (policy: PolicyName, role: string, calling: Calling): Change => ({
  title: `Detach ${policy.type.toLowerCase()} policy ${policy.name} from RAM role ${role}`,
  call: 'ram:DetachPolicyFromRole',
  target: `role ${role}`,
  parameters: {PolicyType: policy.type, PolicyName: policy.name, RoleName: role},
  carryOut: (signal) => detachPolicy(policy, role, {...calling, signal}),
  isDone: async (signal) => {
    const left = await listPoliciesOfRole(role, {...calling, signal})
    return !left.some(({type, name}) => type === policy.type && name === policy.name)
  },
})

const deletion = (role: string, calling: Calling): Change => ({
  title: `Delete RAM role ${role}`,
  call: 'ram:DeleteRole',
  target: `role ${role}`,
  parameters: {RoleName: role},
  carryOut: (signal) => deleteRole(role, {...calling, signal}),
  isDone: async (signal) => (await getRole(role, {...calling, signal})) === undefined,
})
