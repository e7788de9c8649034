import type {Credentials} from '../credentials/credentials.ts'
import type {SourceContext} from '../credentials/source-context.ts'
import {textIn, type JsonObject} from '../base/json-object.ts'
import {percentEncode} from '../signing/percent-encode.ts'
import {callContainerService} from './cs-call.ts'
import {checkedClusterId} from './user-kubeconfig.ts'

/**
 * What the Container Service knows of a cluster, as it says it.
 *
 * @throws AckError `InvalidOption` for an invalid cluster ID, and what {@link callContainerService} throws
 * @see https://www.alibabacloud.com/help/en/ack/ack-managed-and-ack-dedicated/developer-reference/api-cs-2015-12-15-describeclusterdetail
 */
export const describeClusterDetail = (
  clusterId: string,
  caller: Credentials,
  context: SourceContext,
  signal?: AbortSignal,
): Promise<JsonObject> =>
  callContainerService(
    {
      action: 'DescribeClusterDetail',
      path: `/clusters/${percentEncode(checkedClusterId(clusterId))}`,
      subject: `cluster ${clusterId}`,
    },
    caller,
    context,
    signal,
  )

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
