import {AckError} from '../base/errors.ts'
import type {Change} from '../changes/plan.ts'
import {within, type Calling} from '../ram/call-ram.ts'
import {attachPolicy, getPolicyDocument, listPoliciesOfRole, type PolicyName} from '../ram/policies.ts'

/**
 * Checks that policies exist: a typo must not leave half a set-up.
 *
 * @throws AckError `PreconditionFailed` for the first that does not; what RAM answers
 */
export const requirePolicies = async (policies: readonly PolicyName[], calling: Calling): Promise<void> => {
  for (const policy of policies) {
    if ((await getPolicyDocument(policy, calling)) !== undefined) continue
    throw new AckError(
      'PreconditionFailed',
      `there is no ${policy.type.toLowerCase()} policy ${policy.name}`,
      'check the name, and whether it is a system or a custom policy: nothing was changed',
    )
  }
}

/** The attachments that a role lacks. Throws what RAM answers. */
export const planAttachments = async (
  role: string,
  policies: readonly PolicyName[],
  isNewRole: boolean,
  calling: Calling,
): Promise<readonly Change[]> => {
  if (policies.length === 0) return []
  const attached = isNewRole ? [] : await listPoliciesOfRole(role, calling)
  return policies
    .filter((policy) => !isAmong(attached, policy))
    .map((policy) => ({
      title: `Attach ${policy.type.toLowerCase()} policy ${policy.name} to RAM role ${role}`,
      call: 'ram:AttachPolicyToRole',
      target: `role ${role}`,
      parameters: {PolicyType: policy.type, PolicyName: policy.name, RoleName: role},
      carryOut: async (signal, send) => {
        await send(() => within({...calling, signal}, (ofCall) => attachPolicy(policy, role, ofCall)))
      },
      isDone: async (signal) =>
        isAmong(await within({...calling, signal}, (ofCall) => listPoliciesOfRole(role, ofCall)), policy),
    }))
}

const isAmong = (policies: readonly PolicyName[], {type, name}: PolicyName): boolean =>
  policies.some((policy) => policy.type === type && policy.name === name)
