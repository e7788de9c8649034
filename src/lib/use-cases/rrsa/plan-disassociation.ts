import {AckError} from '../../base/errors.ts'
import type {Plan} from '../../changes/plan.ts'
import {within, type Calling} from '../../ram/call-ram.ts'
import {getRole} from '../../ram/roles.ts'
import {describeAccount, subjectOf, type ServiceAccount} from '../../rrsa/names.ts'
import {readRrsaState} from '../../rrsa/rrsa-state.ts'
import {planTrustUpdate} from '../../rrsa/trust-change.ts'
import {remainingTrust, type RemainingTrust} from '../../rrsa/remaining-trust.ts'
import {parseTrustPolicy, providerNamedFor, withoutSubject, type TrustPolicy} from '../../rrsa/trust-policy.ts'
import type {TrustedProvider} from '../../rrsa/trust-statement.ts'
import {planRoleDeletion} from './plan-role-deletion.ts'

/** What disassociate-role is asked for; names are checked. */
export interface Disassociation {
  readonly clusterIds: readonly string[]
  readonly role: string
  readonly account: ServiceAccount
  readonly deletesRole: boolean
}

/** The plan, and what it leaves. */
export interface DisassociationPlan extends Plan {
  /** The statements that still are about the service account; they are not changed. */
  readonly remaining: readonly RemainingTrust[]
}

/**
 * Plans to take a service account out of a trust policy: exactly its own statement, or its subject out of a list. With
 * `deletesRole` the role goes too, if this program made it and it trusts nobody else.
 *
 * @throws AckError `PreconditionFailed` for a role that is not to be deleted; what the services answer
 */
export const planDisassociation = async (wanted: Disassociation, calling: Calling): Promise<DisassociationPlan> => {
  const {role, account, clusterIds, deletesRole} = wanted
  const purpose = `end the association of RAM role ${role} with service account ${describeAccount(account)} of ${clusterIds.join(', ')}`
  const found = await within(calling, (ofCall) => getRole(role, ofCall))
  if (!found) return {purpose, warnings: [`RAM role ${role} does not exist`], changes: [], remaining: []}
  const policy = parseTrustPolicy(found.trustPolicy, `RAM role ${role}`)
  const providers = await findProviders(clusterIds, policy, calling)
  const edit = (given: TrustPolicy): TrustPolicy =>
    providers.reduce((edited, provider) => withoutSubject(edited, {provider, account}), given)
  if (deletesRole) {
    const changes = await planRoleDeletion(found, edit, calling)
    return {purpose: `${purpose}, and delete the role`, warnings: [], changes, remaining: []}
  }
  const after = edit(policy)
  const update = planTrustUpdate(policy, {role, edit, description: ''}, calling)
  const remaining = ofAll(providers, (provider) => remainingTrust(after, {provider, subject: subjectOf(account)}))
  const warnings = [...remaining.map((one) => describeRemaining(one, account)), ...(update ? emptied(after, role) : [])]
  return {purpose, warnings, changes: update ? [update] : [], remaining}
}

/**
 * That access is left: whoever ends an association must not take it for ended.
 *
 * @param isChanged - whether something else was taken away
 * @returns undefined if none is left
 */
export const remainingAccessError = (
  {remaining}: DisassociationPlan,
  {role, account}: Disassociation,
  isChanged: boolean,
): AckError | undefined => {
  const open = remaining.filter(({letsIn}) => letsIn !== 'no')
  if (open.length === 0) return undefined
  const may = open.some(({letsIn}) => letsIn === 'yes') ? 'can still' : 'may still be able to'
  const places = open.map(({statement, form}) => `statement ${statement} (${form})`).join(', ')
  return new AckError(
    'PreconditionFailed',
    `${isChanged ? 'the policy was changed, but ' : 'nothing was changed: '}service account ${describeAccount(account)} ${may} become RAM role ${role}, by what this command does not edit: ${places} of its trust policy`,
    'take the service account out of it by hand, in the RAM console: RAM > Roles > Trust Policy',
  )
}

/** One statement may be about the providers of several clusters. */
const ofAll = (
  providers: readonly TrustedProvider[],
  find: (provider: TrustedProvider) => readonly RemainingTrust[],
): readonly RemainingTrust[] => {
  const strength = {no: 0, maybe: 1, yes: 2}
  const found = new Map<number, RemainingTrust>()
  for (const one of providers.flatMap(find)) {
    const other = found.get(one.statement)
    if (!other || strength[one.letsIn] > strength[other.letsIn]) found.set(one.statement, one)
  }
  return [...found.values()].toSorted((one, other) => one.statement - other.statement)
}

const describeRemaining = ({statement, letsIn, form}: RemainingTrust, account: ServiceAccount): string => {
  const effect = {yes: 'still lets it in', maybe: 'may still let it in', no: 'does not let it in now'}[letsIn]
  return `statement ${statement} of the trust policy is about service account ${describeAccount(account)} in a form that this command does not edit (${form}): it stays, and ${effect}`
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

const emptied = (after: TrustPolicy, role: string): readonly string[] =>
  after.statements.length === 0
    ? [
        `RAM role ${role} then trusts nobody; RAM may refuse a policy without a statement: --delete-role deletes the role`,
      ]
    : []
