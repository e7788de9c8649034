import type {Credentials} from '../credentials/credentials.ts'
import type {SourceContext} from '../credentials/source-context.ts'
import {isText, textIn, type JsonObject} from '../base/json-object.ts'
import {percentEncode} from '../signing/percent-encode.ts'
import {callContainerService, unusableAnswer} from './cs-call.ts'
import {checkedClusterId} from './user-kubeconfig.ts'

/**
 * What the Container Service knows of a cluster, as it says it.
 *
 * @throws AckError `InvalidOption` for an invalid cluster ID, `ServiceFailed` for an answer that is not about this cluster,
 *   and what {@link callContainerService} throws
 * @see https://www.alibabacloud.com/help/en/ack/ack-managed-and-ack-dedicated/developer-reference/api-cs-2015-12-15-describeclusterdetail
 */
export const describeClusterDetail = async (
  clusterId: string,
  caller: Credentials,
  context: SourceContext,
  signal?: AbortSignal,
): Promise<JsonObject> => {
  const action = 'DescribeClusterDetail'
  const path = `/clusters/${percentEncode(checkedClusterId(clusterId))}`
  const detail = await callContainerService({action, path, subject: `cluster ${clusterId}`}, caller, context, signal)
  // What answers any path alike would tell of a cluster what nobody knows.
  if ((detail['cluster_id'] ?? (isText(detail['state']) ? clusterId : undefined)) !== clusterId)
    throw unusableAnswer(action, `it is not about cluster ${clusterId}`)
  return detail
}

/**
 * Changes a cluster, as a task.
 *
 * @returns the ID of the task
 * @throws AckError as {@link describeClusterDetail} does
 * @see https://www.alibabacloud.com/help/en/ack/ack-managed-and-ack-dedicated/developer-reference/api-cs-2015-12-15-modifycluster
 */
export const modifyCluster = async (
  clusterId: string,
  changes: JsonObject,
  caller: Credentials,
  context: SourceContext,
  signal?: AbortSignal,
): Promise<string> => {
  const answer = await callContainerService(
    {
      action: 'ModifyCluster',
      method: 'PUT',
      path: `/api/v2/clusters/${percentEncode(checkedClusterId(clusterId))}`,
      body: changes,
      once: true,
      subject: `cluster ${clusterId}`,
    },
    caller,
    context,
    signal,
  )
  return textIn(answer, 'task_id')
}
