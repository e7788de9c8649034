import type {ApiServer} from '../api-server/api-call.ts'
import {applyObject, entriesOf, getObject} from '../api-server/objects.ts'
import {namespacePath, newNamespace, newServiceAccount, serviceAccountPath} from '../api-server/service-accounts.ts'
import type {JsonObject} from '../base/json-object.ts'
import type {Change} from '../changes/plan.ts'
import {describeAccount, type ServiceAccount} from './names.ts'
import {INJECTION_LABEL, ROLE_ANNOTATION} from './webhook.ts'

/** What is to be set on objects of a cluster, so that the webhook injects a role. */
export interface WantedObjects {
  readonly account: ServiceAccount
  readonly role: string
  readonly labelsNamespace: boolean
  readonly annotatesAccount: boolean
}

/**
 * The changes of a namespace and a service account. What there is not is made; fields of others stay.
 *
 * @returns the changes, and warnings
 * @throws AckError what the API server answers
 */
export const planObjects = async (
  {account, role, labelsNamespace, annotatesAccount}: WantedObjects,
  api: ApiServer,
  signal?: AbortSignal,
): Promise<{readonly changes: readonly Change[]; readonly warnings: readonly string[]}> => {
  if (!labelsNamespace && !annotatesAccount) return {changes: [], warnings: []}
  const {namespace, name} = account
  const namespaceObject = await getObject(namespacePath(namespace), api, signal)
  const accountObject = annotatesAccount ? await getObject(serviceAccountPath(namespace, name), api, signal) : undefined
  const label = entriesOf(namespaceObject ?? {}, 'labels')[INJECTION_LABEL]
  const annotation = entriesOf(accountObject ?? {}, 'annotations')[ROLE_ANNOTATION]
  const changes = [
    ...(labelsNamespace && label !== 'on' ? [labelling(namespace, namespaceObject, api)] : []),
    ...(!labelsNamespace && !namespaceObject ? [creation(namespace, api)] : []),
    ...(annotatesAccount && annotation !== role ? [annotating(account, role, accountObject, api)] : []),
  ]
  const replaced = typeof annotation === 'string' && annotation !== role ? annotation : undefined
  return {
    changes,
    warnings:
      annotatesAccount && replaced
        ? [`service account ${describeAccount(account)} of cluster ${api.clusterId} has role ${replaced} now`]
        : [],
  }
}

const labelling = (namespace: string, found: JsonObject | undefined, api: ApiServer): Change => ({
  ...application(
    found ? `Label namespace ${namespace}` : `Create namespace ${namespace} with its label`,
    namespacePath(namespace),
    withMetadata(newNamespace(namespace), {labels: {[INJECTION_LABEL]: 'on'}}),
    api,
  ),
  isDone: async (signal) =>
    entriesOf((await getObject(namespacePath(namespace), api, signal)) ?? {}, 'labels')[INJECTION_LABEL] === 'on',
})

const creation = (namespace: string, api: ApiServer): Change => ({
  ...application(`Create namespace ${namespace}`, namespacePath(namespace), newNamespace(namespace), api),
  isDone: async (signal) => (await getObject(namespacePath(namespace), api, signal)) !== undefined,
})

const annotating = (
  {namespace, name}: ServiceAccount,
  role: string,
  found: JsonObject | undefined,
  api: ApiServer,
): Change => {
  const path = serviceAccountPath(namespace, name)
  const what = `service account ${namespace}/${name}`
  return {
    ...application(
      found ? `Annotate ${what}` : `Create ${what} with its annotation`,
      path,
      withMetadata(newServiceAccount(namespace, name), {annotations: {[ROLE_ANNOTATION]: role}}),
      api,
    ),
    isDone: async (signal) =>
      entriesOf((await getObject(path, api, signal)) ?? {}, 'annotations')[ROLE_ANNOTATION] === role,
  }
}

const withMetadata = (object: JsonObject, more: JsonObject): JsonObject => ({
  ...object,
  metadata: {...(object['metadata'] as JsonObject), ...more},
})

const application = (title: string, path: string, object: JsonObject, api: ApiServer): Omit<Change, 'isDone'> => ({
  title: `${title} in cluster ${api.clusterId}`,
  call: `PATCH ${path}`,
  target: `cluster ${api.clusterId}`,
  parameters: object,
  carryOut: async (signal, send) => {
    await send(() => applyObject(path, object, api, signal))
  },
})
