import {AckError} from '../../base/errors.ts'
import type {Change} from '../../changes/plan.ts'
import {within, type Calling} from '../../ram/call-ram.ts'
import {detachPolicy, listPoliciesOfRole, type PolicyName} from '../../ram/policies.ts'
import {deleteRole, getRole, type RamRole} from '../../ram/roles.ts'
import {withRoleLock} from '../../rrsa/role-lock.ts'
import {LIMIT_MS} from '../../rrsa/trust-change.ts'
import {parseTrustPolicy, type TrustPolicy} from '../../rrsa/trust-policy.ts'
import {CREATED_BY} from './plan-association.ts'

/** What may stand in the way of a role's deletion. */
type RoleToDelete = Pick<RamRole, 'name' | 'description' | 'trustPolicy'>

/**
 * Plans to delete a role that this program made, once it trusts nobody else: its policies, then the role. Each call is
 * made only if that is still so, since others may be let in after the plan was made.
 *
 * @param edit - takes out of a trust policy whoever is to lose the role
 * @throws AckError `PreconditionFailed` for a role that is not to be deleted; what RAM answers
 */
export const planRoleDeletion = async (
  found: RoleToDelete,
  edit: (policy: TrustPolicy) => TrustPolicy,
  calling: Calling,
): Promise<readonly Change[]> => {
  const role = found.name
  const reason = whyKept(found, edit)
  if (reason)
    throw kept(
      `RAM role ${role} is not deleted: ${reason}`,
      'run the command without --delete-role, or delete the role in the RAM console',
    )
  let hasDetached = false
  const ifStillOwn: IfStillOwn = (ofChange, call) =>
    withRoleLock(role, ofChange.context, ofChange.signal, async () => {
      const now = await within(ofChange, (ofCall) => getRole(role, ofCall))
      // Another run was faster.
      if (!now) return
      const changed = whyKept(now, edit)
      if (changed)
        throw kept(
          `RAM role ${role} is not deleted, since it was changed meanwhile: ${changed}`,
          hasDetached ? ATTACH_AGAIN : LEAVE_OUT,
        )
      await within(ofChange, call)
    })
  const policies = await within(calling, (ofCall) => listPoliciesOfRole(role, ofCall))
  const detachments = policies.map((policy) =>
    detachment(policy, role, calling, (ofChange, call) =>
      ifStillOwn(ofChange, async (ofCall) => {
        // Also if its reply is lost.
        hasDetached = true
        await call(ofCall)
      }),
    ),
  )
  return [...detachments, deletion(role, calling, ifStillOwn)]
}

/** Makes a call while no other run on this machine changes the role, if the role may still be deleted. */
type IfStillOwn = (ofChange: Calling, call: (ofCall: Calling) => Promise<void>) => Promise<void>

const LEAVE_OUT = 'leave out --delete-role'
const ATTACH_AGAIN = 'attach to the role again what was detached, and leave out --delete-role'

const whyKept = (
  {name, description, trustPolicy}: RoleToDelete,
  edit: (policy: TrustPolicy) => TrustPolicy,
): string | undefined => {
  if (!description.startsWith(CREATED_BY)) return 'this program did not create it'
  const {statements} = edit(parseTrustPolicy(trustPolicy, `RAM role ${name}`))
  return statements.length > 0 ? 'its trust policy has other statements' : undefined
}

const kept = (message: string, nextStep: string): AckError => new AckError('PreconditionFailed', message, nextStep)

const detachment = (policy: PolicyName, role: string, calling: Calling, ifStillOwn: IfStillOwn): Change => ({
  title: `Detach ${policy.type.toLowerCase()} policy ${policy.name} from RAM role ${role}`,
  call: 'ram:DetachPolicyFromRole',
  target: `role ${role}`,
  parameters: {PolicyType: policy.type, PolicyName: policy.name, RoleName: role},
  limitMs: LIMIT_MS,
  carryOut: (signal, send) =>
    ifStillOwn({...calling, signal}, async (ofCall) => {
      await send(() => detachPolicy(policy, role, ofCall))
    }),
  isDone: (signal) =>
    within({...calling, signal}, async (ofLook) => {
      if (!(await getRole(role, ofLook))) return true
      const left = await listPoliciesOfRole(role, ofLook)
      return !left.some(({type, name}) => type === policy.type && name === policy.name)
    }),
})

const deletion = (role: string, calling: Calling, ifStillOwn: IfStillOwn): Change => ({
  title: `Delete RAM role ${role}`,
  call: 'ram:DeleteRole',
  target: `role ${role}`,
  parameters: {RoleName: role},
  limitMs: LIMIT_MS,
  carryOut: (signal, send) =>
    ifStillOwn({...calling, signal}, async (ofCall) => {
      await send(() => deleteRole(role, ofCall))
    }),
  isDone: async (signal) => (await within({...calling, signal}, (ofCall) => getRole(role, ofCall))) === undefined,
})
