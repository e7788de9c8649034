import type {ServiceState, StoredTask} from './cluster-state.ts'
import type {ContainerServiceCall, LocalCluster} from './container-service-call.ts'
import {ContainerServiceError, invalidParameter} from './container-service-error.ts'

export type ChangeCall = ContainerServiceCall & {readonly service: ServiceState}
export type KnownCluster = LocalCluster & {readonly changes: NonNullable<LocalCluster['changes']>}

/** The cluster of a call. Throws ContainerServiceError if there is none that can change. */
export const clusterOf = ({clusterId, clusters}: ChangeCall): KnownCluster => {
  const cluster = clusters.find(({id}) => id === clusterId)
  if (!cluster?.changes)
    throw new ContainerServiceError('ErrorClusterNotFound', `cluster (${clusterId}) not found in our records`)
  return {...cluster, changes: cluster.changes}
}

const bodyOf = ({request}: ChangeCall): unknown => {
  const isJson = request.headers.some(
    ([name, value]) => name === 'content-type' && value.startsWith('application/json'),
  )
  if (!isJson) throw invalidParameter('body')
  return JSON.parse(request.body.toString('utf8'))
}

const GOING_ON = new Set(['', 'initial', 'running'])

/** The state of a task, which is another one at the next look. */
const advance = (task: StoredTask): string => {
  const {states, apply} = task
  const [state = ''] = states
  if (states.length > 1) states.shift()
  if (state === 'success' && !task.isOver) apply()
  task.isOver = !GOING_ON.has(state)
  return state
}

const startTask = (call: ChangeCall, apply: () => void): string => {
  const {tasks, nextTask} = call.service
  const id = `T-${tasks.size + 1}`
  tasks.set(id, {id, clusterId: call.clusterId, states: [...nextTask], apply})
  return id
}

export const describeClusterDetail = (call: ChangeCall): object => {
  const {id, name, regionId, state: own, changes} = clusterOf(call)
  const isBusy = [...call.service.tasks.values()]
    .filter(({clusterId, isOver}) => clusterId === id && !isOver)
    .map((task) => advance(task))
    .some((state) => GOING_ON.has(state))
  const state = isBusy ? 'updating' : own
  return {
    cluster_id: id,
    name,
    region_id: regionId,
    state,
    cluster_type: 'ManagedKubernetes',
    current_version: '1.32.1-aliyun.1',
    ...(changes.rrsaIn === 'rrsa_config' && {rrsa_config: changes.rrsa}),
    ...(changes.rrsaIn === 'meta_data' && {meta_data: JSON.stringify({Addons: [], RRSAConfig: changes.rrsa})}),
    ...changes.detail,
  }
}

export const modifyCluster = (call: ChangeCall): object => {
  const {id, changes} = clusterOf(call)
  const {enable_rrsa: enabled} = bodyOf(call) as {enable_rrsa?: unknown}
  if (typeof enabled !== 'boolean') throw invalidParameter('enable_rrsa')
  const taskId = startTask(call, () => {
    changes.rrsa = {...changes.rrsa, enabled}
  })
  return {cluster_id: id, task_id: taskId, request_id: 'REQ-1'}
}

export const describeTask = ({request, service}: ChangeCall): object => {
  const id = request.path.split('/')[2] ?? ''
  const task = service.tasks.get(id)
  if (!task) throw new ContainerServiceError('ErrorTaskNotFound', `task (${id}) not found`)
  const state = advance(task)
  return {
    task_id: id,
    cluster_id: task.clusterId,
    state,
    current_stage: 'stage-1',
    ...(state !== 'success' && !GOING_ON.has(state) && {error: service.taskError}),
  }
}

export const describeLogs = (call: ChangeCall): object => {
  clusterOf(call)
  return call.service.logs
}

export const describeAddonsVersion = (call: ChangeCall): object =>
  Object.fromEntries(
    [...clusterOf(call).changes.addons].map(([name, {version, next_version: next = ''}]) => [
      name,
      {component_name: name, version, next_version: next},
    ]),
  )

export const installAddons = (call: ChangeCall): object => {
  const {changes} = clusterOf(call)
  const [wanted] = bodyOf(call) as readonly {name?: string; version?: string; config?: string}[]
  const {name, version, config} = wanted ?? {}
  if (!name) throw invalidParameter('name')
  if (changes.addons.has(name)) throw new ContainerServiceError('AddonAlreadyInstalled', `addon ${name} is installed`)
  const taskId = startTask(call, () =>
    changes.addons.set(name, {version: version || call.service.newestAddon, ...(config ? {config} : {})}),
  )
  return {cluster_id: call.clusterId, task_id: taskId, request_id: 'REQ-1'}
}

/** The clusters of one region, as the older action lists them. */
export const describeClustersForRegion = ({request, clusters}: ChangeCall): object => {
  const region = request.path.split('/')[2]
  const number = Number(request.query.find(([name]) => name === 'page_number')?.[1] ?? 1)
  const found = clusters.filter(({regionId}) => regionId === region)
  const page = found.slice((number - 1) * 10, number * 10)
  return {
    clusters: page.map(({id, name, clusterType = 'ManagedKubernetes'}) => ({
      cluster_id: id,
      name,
      cluster_type: clusterType,
    })),
  }
}
