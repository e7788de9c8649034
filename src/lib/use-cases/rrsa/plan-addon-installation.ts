import type {Change, Plan} from '../../changes/plan.ts'
import {findAddon, installAddon, type Addon} from '../../container-service/addons.ts'
import {within, type Calling} from '../../ram/call-ram.ts'
import {readRrsaState, requireEnabled, requireRunning} from '../../rrsa/rrsa-state.ts'
import {compareVersions, STS_ENDPOINT_SINCE, WEBHOOK_ADDON} from '../../rrsa/webhook.ts'

/** The plan to install the webhook. */
export interface InstallationPlan {
  readonly plan: Plan
  /** What is installed already. */
  readonly installed: Addon | undefined
  /** As in the plan to switch RRSA. */
  readonly taskId: () => string
}

/**
 * Plans to install the webhook that injects RRSA into pods; nothing if it is installed.
 *
 * @throws AckError `PreconditionFailed` where RRSA is disabled or the cluster not running; what the service answers
 */
export const planInstallation = async (
  {clusterId, version, config}: {readonly clusterId: string; readonly version: string; readonly config: string},
  calling: Calling,
): Promise<InstallationPlan> => {
  const state = await within(calling, (ofCall) => readRrsaState(clusterId, ofCall))
  requireRunning(state)
  requireEnabled(state, calling.context)
  const find = (signal?: AbortSignal): Promise<Addon | undefined> =>
    within({...calling, signal}, (ofCall) => findAddon(WEBHOOK_ADDON, {clusterId, ...ofCall}))
  const installed = await find()
  let taskId = ''
  let isAccepted = false
  const addon = {name: WEBHOOK_ADDON, version, config}
  const change: Change = {
    title: `Install add-on ${WEBHOOK_ADDON}${version ? ` ${version}` : ''} in cluster ${clusterId}`,
    call: 'cs:InstallClusterAddons',
    target: `cluster ${clusterId}`,
    parameters: {...addon},
    carryOut: async (signal) => {
      taskId = (await within({...calling, signal}, (ofCall) => installAddon(addon, {clusterId, ...ofCall}))) ?? ''
      isAccepted = true
    },
    isDone: async (signal) => isAccepted || (await find(signal)) !== undefined,
  }
  return {
    plan: {
      purpose: `install ${WEBHOOK_ADDON} in cluster ${clusterId}`,
      warnings: installed ? [] : warningsFor(version),
      changes: installed ? [] : [change],
    },
    installed,
    taskId: () => taskId,
  }
}

const warningsFor = (version: string): readonly string[] =>
  version !== '' && compareVersions(version, STS_ENDPOINT_SINCE) < 0
    ? []
    : [
        `from version ${STS_ENDPOINT_SINCE} on the webhook also sets the STS endpoint of pods to that of the VPC, unless AutoInjectSTSEnvVars is false`,
      ]
