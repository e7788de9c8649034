import type {Credentials} from '../credentials/credentials.ts'
import type {SourceContext} from '../credentials/source-context.ts'
import {AckError} from '../base/errors.ts'
import {isJsonObject, textIn} from '../base/json-object.ts'
import {percentEncode} from '../signing/percent-encode.ts'
import {callContainerService} from './cs-call.ts'
import {checkedClusterId} from './user-kubeconfig.ts'

/** An add-on that is installed in a cluster. */
export interface Addon {
  readonly name: string
  readonly version: string
  /** Such as `active`; empty if not given. */
  readonly state: string
  /** A newer version that it can be upgraded to; empty if there is none. */
  readonly nextVersion: string
}

interface AddonCall {
  readonly clusterId: string
  readonly caller: Credentials
  readonly context: SourceContext
  readonly signal?: AbortSignal | undefined
}

/**
 * An add-on of a cluster; undefined if it is not installed.
 *
 * @throws AckError as `callContainerService` does
 * @see https://www.alibabacloud.com/help/en/ack/ack-managed-and-ack-dedicated/developer-reference/api-cs-2015-12-15-describeclusteraddonsversion
 */
export const findAddon = async (
  name: string,
  {clusterId, caller, context, signal}: AddonCall,
): Promise<Addon | undefined> => {
  const request = {
    action: 'DescribeClusterAddonsVersion',
    path: `/clusters/${percentEncode(checkedClusterId(clusterId))}/components/version`,
    subject: `cluster ${clusterId}`,
  }
  const addon = (await callContainerService(request, caller, context, signal))[name]
  if (!isJsonObject(addon) || textIn(addon, 'version') === '') return undefined
  const version = textIn(addon, 'version')
  const next = textIn(addon, 'next_version')
  return {name, version, state: textIn(addon, 'state'), nextVersion: next === version ? '' : next}
}

/**
 * Installs an add-on, as a task.
 *
 * @param config - JSON; empty for the default
 * @returns the ID of the task; undefined if it is installed already
 * @throws AckError as `callContainerService` does
 * @see https://www.alibabacloud.com/help/en/ack/ack-managed-and-ack-dedicated/developer-reference/api-cs-2015-12-15-installclusteraddons
 */
export const installAddon = async (
  addon: {readonly name: string; readonly version: string; readonly config: string},
  {clusterId, caller, context, signal}: AddonCall,
): Promise<string | undefined> => {
  const {name, version, config} = addon
  const request = {
    action: 'InstallClusterAddons',
    method: 'POST',
    path: `/clusters/${percentEncode(checkedClusterId(clusterId))}/components/install`,
    body: [{name, version, ...(config === '' ? {} : {config})}],
    once: true,
    subject: `cluster ${clusterId}`,
  } as const
  try {
    return textIn(await callContainerService(request, caller, context, signal), 'task_id')
  } catch (error) {
    if (AckError.is(error) && error.call?.code?.includes('AddonAlreadyInstalled')) return undefined
    throw error
  }
}
