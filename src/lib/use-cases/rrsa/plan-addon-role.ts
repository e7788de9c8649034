import type {Change, Plan} from '../../changes/plan.ts'
import {within, type Calling} from '../../ram/call-ram.ts'
import {getRole} from '../../ram/roles.ts'
import {listPoliciesOfRole} from '../../ram/policies.ts'
import {addonPolicy, addonRole, type RoleAddon} from '../../rrsa/addons.ts'
import {planAttachments} from '../../rrsa/policy-attachment.ts'
import {planPolicy} from '../../rrsa/policy-change.ts'
import {planAssociation} from './plan-association.ts'

/**
 * Plans the policy and the role of an add-on, associated with its service account; nothing if all is as it should be.
 *
 * @param updatesPolicy - whether a policy of that name with other content gets a new version
 * @throws AckError as planning an association does; `PreconditionFailed` for a policy with other content
 */
export const planAddonRole = async (
  {
    addon,
    clusterId,
    updatesPolicy,
  }: {
    readonly addon: RoleAddon
    readonly clusterId: string
    readonly updatesPolicy: boolean
  },
  calling: Calling,
): Promise<Plan> => {
  const role = addonRole(addon, clusterId)
  const policy = addonPolicy(addon)
  const association = await planAssociation(
    {
      clusterIds: [clusterId],
      role,
      account: addon.account,
      createsRole: true,
      policies: [],
      labelsNamespace: false,
      annotatesAccount: false,
      privateAddress: false,
    },
    calling,
  )
  const policyChange = await within(calling, (ofCall) => planPolicy(policy, updatesPolicy, ofCall))
  const isNewRole = (await within(calling, (ofCall) => getRole(role, ofCall))) === undefined
  const attachments = await within(calling, (ofCall) =>
    planAttachments(role, [{type: 'Custom', name: policy.name}], isNewRole, ofCall),
  )
  const older = isNewRole || attachments.length === 0 ? [] : await findOlder(addon, role, calling)
  const changes: readonly Change[] = [...(policyChange ? [policyChange] : []), ...association.changes, ...attachments]
  return {
    purpose: `set up RAM role ${role} for add-on ${addon.name} of ${clusterId}`,
    warnings: [...association.warnings, ...older.map((name) => `the role also has policy ${name} of an older version`)],
    changes,
  }
}

const findOlder = async (addon: RoleAddon, role: string, calling: Calling): Promise<readonly string[]> => {
  const attached = await within(calling, (ofCall) => listPoliciesOfRole(role, ofCall))
  return addon.olderPolicies.filter((older) => attached.some(({name}) => name === older))
}
