import type {Calling} from '../ram/call-ram.ts'
import type {OptionValue} from '../options/read-option.ts'
import type {Invocation} from '../use-cases/invocation.ts'
import type {SwitchPlan} from '../use-cases/rrsa/plan-switch.ts'
import {waitForRrsa, waitForTask} from '../use-cases/rrsa/wait-for-task.ts'
import {endWithTask} from './end-with-task.ts'
import {endPlan, planOptions, runPlan} from './run-plan.ts'

/** The flags of enable and disable. */
export interface SwitchFlags {
  readonly enabled: boolean
  readonly read: {
    readonly flag: (name: 'dry-run' | 'no-wait') => boolean
    readonly text: (name: 'output') => OptionValue | undefined
  }
  /** In milliseconds. */
  readonly waitMs: number
}

/**
 * Carries out the plan to switch RRSA, and waits until it is done.
 *
 * @throws AckError what the plan and waiting throw
 */
export const switchRrsa = async (
  {plan, state: {clusterId}, trustingRoles, taskId}: SwitchPlan,
  {enabled, read, waitMs}: SwitchFlags,
  calling: Calling,
  invocation: Invocation,
): Promise<void> => {
  const {log} = invocation
  const [verb, past] = enabled ? ['enable', 'enabled'] : ['disable', 'disabled']
  const options = {...planOptions(read), begins: `Start to ${verb} RRSA feature`}
  if (plan.changes.length === 0) log.info(`RRSA feature is already ${past}`)
  const ending = await runPlan(plan, options, invocation)
  if (!ending.isChanged || ending.failure) return endPlan(ending, options, {clusterId})
  const task = {clusterId, taskId: taskId(), noWait: read.flag('no-wait'), waitMs}
  return endWithTask(ending, options, task, invocation, async (patience) => {
    if (task.taskId) {
      log.info(`task ${task.taskId} is going on`)
      await waitForTask(task.taskId, clusterId, calling, patience)
    }
    await waitForRrsa(clusterId, enabled, calling, patience)
    log.info(`${enabled ? 'Enable' : 'Disable'} RRSA feature for cluster ${clusterId} successfully`)
    if (!enabled && trustingRoles?.length !== 0) log.info(describeLeftovers(trustingRoles))
    return trustingRoles ? {trustingRoles} : {}
  })
}

const describeLeftovers = (trustingRoles: readonly string[] | undefined): string => {
  const policies = trustingRoles ? `the trust policies of ${trustingRoles.join(', ')}` : 'trust policies'
  return `left as they are: ${policies}, which name the cluster; see rrsa disassociate-role`
}
