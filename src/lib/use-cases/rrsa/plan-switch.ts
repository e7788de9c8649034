import {AckError} from '../../base/errors.ts'
import type {Change, Plan} from '../../changes/plan.ts'
import {modifyCluster} from '../../container-service/cluster-detail.ts'
import {within, type Calling} from '../../ram/call-ram.ts'
import {findAnnotatedAccounts, findTrustingRoles, isTrusted, type TrustingRole} from '../../rrsa/associations.ts'
import {describeAccount} from '../../rrsa/names.ts'
import {readRrsaState, requireRunning, type EnabledRrsa, type RrsaState} from '../../rrsa/rrsa-state.ts'

/** The plan to switch RRSA on or off. */
export interface SwitchPlan {
  readonly plan: Plan
  readonly state: RrsaState
  /** The roles whose trust policies go on naming the cluster when RRSA is disabled; undefined if not known. */
  readonly trustingRoles?: readonly string[] | undefined
  /** The ID of the task, once it is carried out; empty if no reply came. */
  readonly taskId: () => string
}

/** New tokens of the whole cluster live no longer than this once RRSA is on. */
const ON_WARNING =
  'once RRSA is enabled, no new service account token of the cluster lives longer than 12 hours, also those that have nothing to do with RRSA'

/**
 * Plans to enable RRSA; nothing if it is enabled.
 *
 * @throws AckError `PreconditionFailed` for a cluster that is not running; what the Container Service answers
 */
export const planEnable = async (clusterId: string, calling: Calling): Promise<SwitchPlan> => {
  const state = await within(calling, (ofCall) => readRrsaState(clusterId, ofCall))
  requireRunning(state)
  const {change, taskId} = switching(clusterId, true, calling)
  const isNeeded = !state.enabled
  return {
    plan: {
      purpose: `enable RRSA in cluster ${clusterId}`,
      warnings: isNeeded
        ? [ON_WARNING, ...state.obstacles.map((obstacle) => `the service may refuse: ${obstacle}`)]
        : [],
      changes: isNeeded ? [change] : [],
    },
    state,
    taskId,
  }
}

/**
 * Plans to disable RRSA; nothing if it is disabled. It says what would stop working, as far as it can be read.
 *
 * @throws AckError as {@link planEnable} does
 */
export const planDisable = async (
  {clusterId, privateAddress}: {readonly clusterId: string; readonly privateAddress: boolean},
  calling: Calling,
): Promise<SwitchPlan> => {
  const state = await within(calling, (ofCall) => readRrsaState(clusterId, ofCall))
  requireRunning(state)
  const {change, taskId} = switching(clusterId, false, calling)
  const purpose = `disable RRSA in cluster ${clusterId}`
  if (!state.enabled) return {plan: {purpose, warnings: [], changes: []}, state, taskId}
  const {warnings, trustingRoles} = await assessImpact(state.enabled, {clusterId, privateAddress}, calling)
  return {plan: {purpose, warnings, changes: [change]}, state, trustingRoles, taskId}
}

const switching = (
  clusterId: string,
  enabled: boolean,
  calling: Calling,
): {readonly change: Change; readonly taskId: () => string} => {
  let taskId = ''
  const change: Change = {
    title: `${enabled ? 'Enable' : 'Disable'} RRSA in cluster ${clusterId}`,
    call: 'cs:ModifyCluster',
    target: `cluster ${clusterId}`,
    parameters: {enable_rrsa: enabled},
    carryOut: async (signal, send) => {
      taskId = await send(() =>
        within({...calling, signal}, (ofCall) =>
          modifyCluster(clusterId, {enable_rrsa: enabled}, ofCall.caller, ofCall.context, ofCall.signal),
        ),
      )
    },
    // Accepted, that is: the task itself is waited for later.
    isDone: async (signal) => {
      if (taskId !== '') return true
      const state = await within({...calling, signal}, (ofCall) => readRrsaState(clusterId, ofCall))
      return Boolean(state.enabled) === enabled || state.clusterState !== 'running'
    },
  }
  return {change, taskId: () => taskId}
}

const assessImpact = async (
  provider: EnabledRrsa,
  cluster: {readonly clusterId: string; readonly privateAddress: boolean},
  calling: Calling,
): Promise<{readonly warnings: readonly string[]; readonly trustingRoles: readonly string[] | undefined}> => {
  const roles = await orUnknown('the roles that trust the cluster', () => findTrustingRoles(provider, calling))
  const accounts = await orUnknown('the annotated service accounts', () =>
    within(calling, (ofCall) => findAnnotatedAccounts(cluster, ofCall)),
  )
  const warnings = [
    'pods that use RRSA lose their credentials at the next renewal, within the hour',
    ...('unknown' in roles ? [roles.unknown] : roles.known.flatMap((role) => roleStops(role, provider))),
    ...('unknown' in accounts
      ? [accounts.unknown]
      : accounts.known.map((account) => `service account ${describeAccount(account)} loses role ${account.role}`)),
  ]
  return {warnings, trustingRoles: 'unknown' in roles ? undefined : roles.known.map(({name}) => name)}
}

const roleStops = ({name, policy, subjects}: TrustingRole, provider: EnabledRrsa): readonly string[] => {
  const losing = subjects.filter((subject) => isTrusted(policy, {provider, subject}) !== false)
  return losing.length === 0 ? [] : [`RAM role ${name} can no longer be assumed by ${losing.join(', ')}`]
}

const orUnknown = async <T>(
  what: string,
  find: () => Promise<T>,
): Promise<{readonly known: T} | {readonly unknown: string}> => {
  try {
    return {known: await find()}
  } catch (error) {
    if (!AckError.is(error)) throw error
    return {unknown: `${what} could not be read: ${error.message}`}
  }
}
