import {setTimeout as sleep} from 'node:timers/promises'

import {AckError} from '../base/errors.ts'
import {monotonicMs} from '../base/monotonic-ms.ts'
import type {Change, Send} from '../changes/plan.ts'
import {within, type Calling} from '../ram/call-ram.ts'
import {createRole, getRole, updateTrustPolicy} from '../ram/roles.ts'
import {withRoleLock} from './role-lock.ts'
import {compactText, emptyTrustPolicy, parseTrustPolicy, readableText, type TrustPolicy} from './trust-policy.ts'

/** A change of a role's trust policy, by what it does to whatever the policy is at that moment. */
export interface TrustChange {
  readonly role: string
  /** Gives the very same policy if there is nothing to do. */
  readonly edit: (policy: TrustPolicy) => TrustPolicy
  /** The description of the role, if it is made. */
  readonly description: string
}

/** Other runs may come in between as often as this. */
const MAX_ROUNDS = 20
/** Longer than many runs at once take, each waiting for those before it to change the same role. In milliseconds. */
export const LIMIT_MS = 180_000
/** A run elsewhere that has read the policy before we wrote has written its own by then. In milliseconds. */
const SHORTEST_SETTLING_MS = 100

/** The change of the trust policy of a role that there is; undefined if there is nothing to do. */
export const planTrustUpdate = (current: TrustPolicy, change: TrustChange, calling: Calling): Change | undefined => {
  const wanted = change.edit(current)
  if (wanted === current) return undefined
  const {role} = change
  return {
    title: `Update the trust policy of RAM role ${role}`,
    call: 'ram:UpdateRole',
    target: `role ${role}`,
    parameters: {RoleName: role, NewAssumeRolePolicyDocument: compactText(wanted)},
    diff: {name: `trust policy of ${role}`, before: readableText(current), after: readableText(wanted)},
    limitMs: LIMIT_MS,
    carryOut: (signal, send) => settleTrust(change, {...calling, signal}, send),
    isDone: (signal) => isSettled(change, {...calling, signal}),
  }
}

/** The creation of a role with a trust policy. If another run is faster, its role is changed instead. */
export const planRoleCreation = (change: TrustChange, calling: Calling): Change => {
  const {role, description} = change
  const wanted = change.edit(emptyTrustPolicy())
  const trustPolicy = compactText(wanted)
  return {
    title: `Create RAM role ${role}`,
    call: 'ram:CreateRole',
    target: `role ${role}`,
    parameters: {RoleName: role, Description: description, AssumeRolePolicyDocument: trustPolicy},
    diff: {name: `trust policy of ${role}`, before: '', after: readableText(wanted)},
    limitMs: LIMIT_MS,
    carryOut: async (signal, send) => {
      const {context} = calling
      const isNew = await withRoleLock(role, context, signal, () =>
        send(() =>
          within({...calling, signal}, (ofCall) => createRole({name: role, description, trustPolicy}, ofCall)),
        ),
      )
      if (!isNew) await settleTrust(change, {...calling, signal}, send)
    },
    isDone: (signal) => isSettled(change, {...calling, signal}),
  }
}

/** The trust policy of a role; undefined if there is no such role. */
export const readTrustPolicy = async (role: string, calling: Calling): Promise<TrustPolicy | undefined> => {
  const found = await within(calling, (ofCall) => getRole(role, ofCall))
  return found && parseTrustPolicy(found.trustPolicy, `RAM role ${role}`)
}

const isSettled = async ({role, edit}: TrustChange, calling: Calling): Promise<boolean> => {
  const policy = await readTrustPolicy(role, calling)
  return policy !== undefined && edit(policy) === policy
}

/**
 * Changes a trust policy so that the change stays, and nothing of others is lost. RAM has no version to compare with: it
 * is read again after writing, at once and when others have had time to write what they had read before; what is missing
 * then is merged, and written again.
 *
 * @throws AckError `ServiceFailed` if others come in between for too long
 */
const settleTrust = async (change: TrustChange, calling: Calling, send: Send): Promise<void> => {
  const {role} = change
  const {context, signal} = calling
  for (let round = 1; round <= MAX_ROUNDS; round += 1) {
    const settlingMs = await withRoleLock(role, context, signal, () => writeOnce(change, calling, send))
    if (settlingMs === undefined) return
    // When the time is over, the look after it says so.
    await sleep(settlingMs * (1 + Math.random()), undefined, signal && {signal}).catch(() => {})
    if (await isSettled(change, calling)) return
    context.log.debug(`role ${role}: another program has changed the trust policy meanwhile (round ${round})`)
  }
  throw new AckError(
    'ServiceFailed',
    `the trust policy of RAM role ${role} is changed by other programs again and again`,
    'run the command again when they have ended',
  )
}

/**
 * Reads, edits and writes.
 *
 * @returns how long to wait before it can be taken for settled, in milliseconds; undefined if nothing was to be done
 */
const writeOnce = async ({role, edit}: TrustChange, calling: Calling, send: Send): Promise<number | undefined> => {
  const startedAt = monotonicMs()
  const before = await requirePolicy(role, calling)
  const wanted = edit(before)
  if (wanted === before) return undefined
  await send(() => within(calling, (ofCall) => updateTrustPolicy(role, compactText(wanted), ofCall)))
  const tookMs = monotonicMs() - startedAt
  return Math.max(SHORTEST_SETTLING_MS, 5 * tookMs)
}

const requirePolicy = async (role: string, calling: Calling): Promise<TrustPolicy> => {
  const policy = await readTrustPolicy(role, calling)
  if (policy) return policy
  throw new AckError('PreconditionFailed', `RAM role ${role} does not exist any more`, 'run the command again')
}
