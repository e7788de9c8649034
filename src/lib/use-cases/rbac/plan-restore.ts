import {ApiServerError} from '../../api-server/api-call.ts'
import {createObject, getObject, patchObject} from '../../api-server/objects.ts'
import {AckError, rephrased} from '../../base/errors.ts'
import {isJsonObject, type JsonObject} from '../../base/json-object.ts'
import type {Change, Plan, TextChange} from '../../changes/plan.ts'
import {withoutServerFields, type ClusterBindings} from '../../rbac/backup.ts'
import {
  bindingListPath,
  bindingPath,
  describeBinding,
  hasSameRole,
  hasSubject,
  othersIn,
  subjectsOf,
  type BindingName,
} from '../../rbac/bindings.ts'
import {bindingName} from '../../rbac/read-backup.ts'
import {within} from '../../ram/call-ram.ts'
import {atApiServer, type Operator} from './reach-cluster.ts'

/** The plan to restore bindings, and what it cannot restore. */
export interface Restore {
  readonly plan: Plan
  readonly failures: readonly AckError[]
}

/**
 * Plans to restore the bindings of a backup: those that are gone are made again, and the subjects that are missing from
 * the others are added. Nothing is taken away, and no other field is changed. Of several clusters, one that cannot be
 * read is left out.
 *
 * @throws AckError what the Container Service and the API server answer, if that goes for all clusters
 */
export const planRestore = async (
  backup: readonly ClusterBindings[],
  {privateAddress}: {readonly privateAddress: boolean},
  operator: Operator,
): Promise<Restore> => {
  const changes: Change[] = []
  const failures: AckError[] = []
  const unreadable: AckError[] = []
  for (const {clusterId, bindings} of backup)
    try {
      for (const planned of await planCluster(bindings, {clusterId, privateAddress}, operator))
        if (AckError.is(planned)) failures.push(planned)
        else changes.push(planned)
    } catch (error) {
      if (!AckError.is(error)) throw error
      unreadable.push(rephrased(error, `cluster ${clusterId}: ${error.message}`))
    }
  const [first] = unreadable
  if (first && unreadable.length === backup.length) throw first
  failures.push(...unreadable)
  const clusters = backup.length === 1 ? `cluster ${backup[0]?.clusterId}` : `${backup.length} clusters`
  const warnings = [
    ...failures.map(({message}) => `left out: ${message}`),
    ...(changes.length > 0
      ? ['certificates cannot be restored: the accounts have to get new kubeconfigs from the Container Service']
      : []),
  ]
  return {plan: {purpose: `restore ${changes.length} bindings in ${clusters}`, warnings, changes}, failures}
}

/** A backup without some accounts: their bindings that others share lack them, the others are not in it. */
export const withoutUsers = (
  userIds: ReadonlySet<string>,
  backup: readonly ClusterBindings[],
): readonly ClusterBindings[] => {
  if (userIds.size === 0) return backup
  return backup.map(({clusterId, bindings}) => ({
    clusterId,
    bindings: bindings
      .map((binding) => ({...binding, subjects: othersIn(binding, userIds)}))
      .filter(({subjects}) => subjects.length > 0),
  }))
}

const planCluster = async (
  bindings: readonly JsonObject[],
  route: {readonly clusterId: string; readonly privateAddress: boolean},
  operator: Operator,
): Promise<readonly (Change | AckError)[]> => {
  const planned: (Change | AckError)[] = []
  for (const binding of bindings) {
    const place = placeOf(route, bindingName(binding), operator)
    const change = changeOf(place, binding, await place.read())
    if (change) planned.push(change)
  }
  return planned
}

/** Where a binding is, or will be. */
interface Place {
  readonly clusterId: string
  readonly binding: BindingName
  readonly read: (signal?: AbortSignal) => Promise<JsonObject | undefined>
  readonly create: (object: JsonObject, signal: AbortSignal) => Promise<void>
  readonly patch: (patch: JsonObject, signal: AbortSignal) => Promise<void>
}

const placeOf = (
  route: {readonly clusterId: string; readonly privateAddress: boolean},
  binding: BindingName,
  operator: Operator,
): Place => {
  const at = <T>(signal: AbortSignal | undefined, use: Parameters<typeof atApiServer<T>>[2]): Promise<T> =>
    within({...operator, ...(signal ? {signal} : {})}, (calling) => atApiServer(route, {...operator, ...calling}, use))
  return {
    clusterId: route.clusterId,
    binding,
    read: (signal) => at(signal, (api) => getObject(bindingPath(binding), api, signal)),
    create: async (object, signal) => {
      await at(signal, (api) => createObject(bindingListPath(binding), object, api, signal))
    },
    patch: async (patch, signal) => {
      await at(signal, (api) => patchObject(bindingPath(binding), patch, api, signal))
    },
  }
}

/** Undefined if there is nothing to do; an error if it cannot be done. */
const changeOf = (place: Place, wanted: JsonObject, found: JsonObject | undefined): Change | AckError | undefined => {
  const object = withoutServerFields(wanted)
  if (!found) return creation(place, object)
  if (!hasSameRole(found, object))
    return new AckError(
      'PreconditionFailed',
      `${describeBinding(place.binding)} in cluster ${place.clusterId} refers to another role now, which cannot be changed`,
      'see whether it is still needed; a binding of another name can give the rights back',
    )
  const missing = subjectsOf(object).filter((subject) => !hasSubject(found, subject))
  return missing.length > 0 ? addition(place, found, missing) : undefined
}

const creation = (place: Place, object: JsonObject): Change => ({
  ...common(place, object),
  title: `Create ${describeBinding(place.binding)} in cluster ${place.clusterId}`,
  call: `POST ${bindingListPath(place.binding)}`,
  parameters: object,
  diff: diffOf(place, undefined, object),
  carryOut: (signal, send) => unlessDone(place, object, signal, () => send(() => place.create(object, signal))),
})

const addition = (place: Place, found: JsonObject, missing: readonly JsonObject[]): Change => {
  const {metadata} = found
  const subjects = [...subjectsOf(found), ...missing]
  const wanted = {...found, subjects: missing}
  const version = isJsonObject(metadata) ? metadata['resourceVersion'] : undefined
  // With the version: a change that somebody else makes meanwhile is not lost.
  const patch = {...(typeof version === 'string' ? {metadata: {resourceVersion: version}} : {}), subjects}
  return {
    ...common(place, wanted),
    title: `Add ${missing.length} subjects to ${describeBinding(place.binding)} in cluster ${place.clusterId}`,
    call: `PATCH ${bindingPath(place.binding)}`,
    parameters: {subjects},
    diff: diffOf(place, found, {...found, subjects}),
    carryOut: (signal, send) => unlessDone(place, wanted, signal, () => send(() => place.patch(patch, signal))),
  }
}

const common = (place: Place, wanted: JsonObject): Pick<Change, 'target' | 'needs' | 'isDone'> => ({
  target: `cluster ${place.clusterId}`,
  needs: [],
  isDone: (signal) => gives(place, wanted, signal),
})

/** Another run may restore the same: what is refused for a conflict may be as it should be. */
const unlessDone = async (
  place: Place,
  wanted: JsonObject,
  signal: AbortSignal,
  call: () => Promise<void>,
): Promise<void> => {
  try {
    await call()
  } catch (error) {
    const isConflict = error instanceof ApiServerError && error.status === 409
    if (!isConflict || !(await gives(place, wanted, signal))) throw error
  }
}

/** Whether the binding that is there gives all that a binding is to give. */
const gives = async (place: Place, wanted: JsonObject, signal: AbortSignal): Promise<boolean> => {
  const now = await place.read(signal)
  return (
    now !== undefined && hasSameRole(now, wanted) && subjectsOf(wanted).every((subject) => hasSubject(now, subject))
  )
}

const diffOf = (place: Place, before: JsonObject | undefined, after: JsonObject): TextChange => ({
  name: `${describeBinding(place.binding)} in cluster ${place.clusterId}`,
  before: before ? textOf(before) : '',
  after: textOf(after),
})

const textOf = (object: JsonObject): string => JSON.stringify(withoutServerFields(object), undefined, 2)
