import {AckError} from '../../base/errors.ts'
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

/** What is to be installed: the newest version where it is empty, and the default settings. */
interface Installation {
  readonly clusterId: string
  readonly version: string
  /** JSON. */
  readonly config: string
}

/**
 * Plans to install the webhook that injects RRSA into pods; nothing if it is installed.
 *
 * @throws AckError `PreconditionFailed` where RRSA is disabled or the cluster not running, and where it is installed
 *   in another version than wanted; what the service answers
 */
export const planInstallation = async (wanted: Installation, calling: Calling): Promise<InstallationPlan> => {
  const {clusterId, version, config} = wanted
  const state = await within(calling, (ofCall) => readRrsaState(clusterId, ofCall))
  requireRunning(state)
  requireEnabled(state, calling.context)
  const find = (signal?: AbortSignal): Promise<Addon | undefined> =>
    within({...calling, signal}, (ofCall) => findAddon(WEBHOOK_ADDON, {clusterId, ...ofCall}))
  const installed = await find()
  if (installed) requireVersion(installed, wanted)
  let taskId = ''
  let isAccepted = false
  const addon = {name: WEBHOOK_ADDON, version, config}
  const change: Change = {
    title: `Install add-on ${WEBHOOK_ADDON}${version ? ` ${version}` : ''} in cluster ${clusterId}`,
    call: 'cs:InstallClusterAddons',
    target: `cluster ${clusterId}`,
    parameters: {...addon},
    carryOut: async (signal, send) => {
      const task = await send(async () => {
        const id = await within({...calling, signal}, (ofCall) => installAddon(addon, {clusterId, ...ofCall}))
        return id ?? false
      })
      // Somebody else has installed it meanwhile.
      const other = task === false ? await find(signal) : undefined
      if (other) requireVersion(other, wanted)
      taskId = task === false ? '' : task
      isAccepted = true
    },
    isDone: async (signal) => isAccepted || (await find(signal)) !== undefined,
  }
  return {
    plan: {
      purpose: `install ${WEBHOOK_ADDON} in cluster ${clusterId}`,
      warnings: installed ? warningsOfInstalled(installed, wanted) : warningsFor(version),
      changes: installed ? [] : [change],
    },
    installed,
    taskId: () => taskId,
  }
}

/** What is installed is not changed here, so it must not be taken for what was asked for. */
const requireVersion = (installed: Addon, {clusterId, version}: Installation): void => {
  if (version === '' || version === installed.version) return
  throw new AckError(
    'PreconditionFailed',
    `add-on ${WEBHOOK_ADDON} is in cluster ${clusterId} already, in version ${installed.version}: version ${version} is not installed`,
    'change its version in the ACK console: Operations > Add-ons; or leave --addon-version out to keep it as it is',
  )
}

/** Its settings are not in the service's answer: they may be the wanted ones, which a second run must not fail for. */
const warningsOfInstalled = ({version}: Addon, {config}: Installation): readonly string[] =>
  config === ''
    ? []
    : [
        `--config is not applied: version ${version} is installed already; look at its settings in the ACK console: Operations > Add-ons`,
      ]

const warningsFor = (version: string): readonly string[] =>
  version !== '' && compareVersions(version, STS_ENDPOINT_SINCE) < 0
    ? []
    : [
        `from version ${STS_ENDPOINT_SINCE} on the webhook also sets the STS endpoint of pods to that of the VPC, unless AutoInjectSTSEnvVars is false`,
      ]
