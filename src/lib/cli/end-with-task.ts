import type {JsonObject} from '../base/json-object.ts'
import type {Invocation} from '../use-cases/invocation.ts'
import type {Patience} from '../use-cases/rrsa/wait-for-task.ts'
import {endPlan, type PlanEnding, type PlanOptions} from './run-plan.ts'
import {failureOf, describeRunningTask, waitInterruptibly} from './wait.ts'
import {writeAnswer} from './write-answer.ts'

/** What a plan has started in a cluster, and whether and how long to wait for it. */
interface StartedTask {
  readonly clusterId: string
  readonly taskId: string
  readonly noWait: boolean
  /** In milliseconds. */
  readonly waitMs: number
}

/**
 * Ends a command that has started something in the cloud: tells its task, or waits for it.
 *
 * @param wait - gives what the command adds to the answer
 * @throws AckError what waiting throws
 */
export const endWithTask = async (
  ending: PlanEnding,
  options: PlanOptions,
  {clusterId, taskId, noWait, waitMs}: StartedTask,
  invocation: Invocation,
  wait: (patience: Patience) => Promise<JsonObject>,
): Promise<void> => {
  if (noWait) {
    if (options.format === 'text') await writeAnswer(describeRunningTask(clusterId, taskId, invocation))
    return endPlan(ending, options, {clusterId, taskId})
  }
  let more: JsonObject = {}
  const failure = await failureOf(
    waitInterruptibly(waitMs, invocation, async (patience) => {
      more = await wait(patience)
    }),
  )
  return endPlan(failure ? {...ending, failure} : ending, options, {clusterId, taskId, ...more})
}
