import type {Credentials} from '../credentials/credentials.ts'
import type {SourceContext} from '../credentials/source-context.ts'
import {isJsonObject, type JsonObject} from '../base/json-object.ts'
import {printable} from '../base/printable.ts'
import {percentEncode} from '../signing/percent-encode.ts'
import {callContainerService, listFromContainerService} from './cs-call.ts'
import {checkedClusterId} from './user-kubeconfig.ts'

/** A task of the Container Service. */
export interface Task {
  readonly id: string
  /** As the service says it: `success` and `running` are certain, words for failures differ. */
  readonly state: string
  readonly progress: 'going on' | 'done' | 'failed'
  /** The stage that it is in, or has ended in; empty if not given. */
  readonly stage: string
  /** Why it has failed; empty if not given. */
  readonly reason: string
}

/** What is known to go on; an empty state is one that is not set yet. */
const GOING_ON = new Set(['', 'initial', 'running', 'pending', 'waiting'])

/**
 * Reads a task. Whatever is neither success nor known to go on has ended without success.
 *
 * @throws AckError as `callContainerService` does
 * @see https://www.alibabacloud.com/help/en/ack/ack-managed-and-ack-dedicated/developer-reference/api-cs-2015-12-15-describetaskinfo
 */
export const describeTask = async (
  id: string,
  caller: Credentials,
  context: SourceContext,
  signal?: AbortSignal,
): Promise<Task> => {
  const request = {action: 'DescribeTaskInfo', path: `/tasks/${percentEncode(id)}`, subject: `task ${id}`}
  const answer = await callContainerService(request, caller, context, signal)
  const state = shownText(answer, 'state')
  return {
    id,
    state,
    progress: progressOf(state.toLowerCase()),
    stage: shownText(answer, 'current_stage'),
    reason: reasonIn(answer),
  }
}

/** In the log of a cluster the line of a failure is one of the newest. */
const NEWEST_LINES = 20

/**
 * The newest line of a cluster's log that tells of a failure with RRSA; empty if there is none.
 *
 * @throws AckError as `callContainerService` does
 * @see https://www.alibabacloud.com/help/en/ack/ack-managed-and-ack-dedicated/developer-reference/api-cs-2015-12-15-describeclusterlogs
 */
export const newestRrsaFailure = async (
  clusterId: string,
  caller: Credentials,
  context: SourceContext,
  signal?: AbortSignal,
): Promise<string> => {
  const request = {
    action: 'DescribeClusterLogs',
    path: `/clusters/${percentEncode(checkedClusterId(clusterId))}/logs`,
    subject: `cluster ${clusterId}`,
  }
  const lines = await listFromContainerService(request, caller, context, signal)
  const texts = lines.slice(0, NEWEST_LINES).map((line) => (isJsonObject(line) ? shownText(line, 'cluster_log') : ''))
  return texts.find((line) => line.includes('Failed') && line.includes('RRSA')) ?? ''
}

const progressOf = (state: string): Task['progress'] => {
  if (state === 'success') return 'done'
  return GOING_ON.has(state) ? 'going on' : 'failed'
}

const reasonIn = ({error}: JsonObject): string => {
  if (!isJsonObject(error)) return ''
  return [shownText(error, 'code'), shownText(error, 'message')].filter(Boolean).join(': ')
}

/** What a field says, as it may be shown: some services give numbers. */
const shownText = (object: JsonObject, name: string): string => {
  const value = object[name]
  return typeof value === 'string' || typeof value === 'number' ? printable(String(value)).trim() : ''
}
