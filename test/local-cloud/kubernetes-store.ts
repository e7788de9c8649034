import {failure, namespaceTable, type KubernetesObject} from './kubernetes-objects.ts'
import {isTableAsked, type KubernetesReply} from './kubernetes-routes.ts'
import type {Pair} from './received-request.ts'

/** An object as a test writes it. */
export type StoredObject = {
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    labels?: Record<string, string>
    annotations?: Record<string, string>
    [field: string]: unknown
  }
  [field: string]: unknown
}

/** Whose token is asked for, and with which audience and life. */
export type TokenRequest = {
  readonly namespace: string
  readonly name: string
  readonly audience: string
  readonly seconds: number
}

/** The objects of an API server, by the path of their list: `/api/v1/namespaces`, `/api/v1/serviceaccounts`. */
export type KubernetesStore = {
  readonly lists: Map<string, StoredObject[]>
  /** Makes a token of a service account. */
  readonly issueToken?: (request: TokenRequest) => string
}

export type StoreRequest = {
  readonly method: string
  readonly path: string
  readonly query: readonly Pair[]
  /** What the client accepts, as it says. */
  readonly accept?: string
  readonly contentType: string
  readonly body: string
}

export const createKubernetesStore = (issueToken?: KubernetesStore['issueToken']): KubernetesStore => ({
  lists: new Map(),
  ...(issueToken && {issueToken}),
})

/** Puts an object into a list. */
export const putObject = (store: KubernetesStore, list: string, object: StoredObject): StoredObject => {
  store.lists.set(list, [...(store.lists.get(list) ?? []), object])
  return object
}

/** What a path of the API names. */
type Place = {
  /** The path of the list of all namespaces. */
  readonly list: string
  readonly namespace: string | undefined
  readonly name: string | undefined
  readonly subresource: string | undefined
}

const PLACE =
  /^(\/api\/v1|\/apis\/[^/]+\/[^/]+)(?:\/namespaces\/([^/]+)(?=\/))?\/([a-z]+)(?:\/([^/]+))?(?:\/([a-z]+))?$/

const placeOf = (path: string): Place | undefined => {
  const [, group, namespace, resource = '', name, subresource] = PLACE.exec(path) ?? []
  if (group === undefined) return undefined
  const decoded = (step: string | undefined): string | undefined => step && decodeURIComponent(step)
  return {list: `${group}/${resource}`, namespace: decoded(namespace), name: decoded(name), subresource}
}

/**
 * Answers a request for objects as an API server does: get, list by pages, create, server-side apply and merge patch,
 * delete, and tokens of service accounts.
 *
 * @returns undefined for a path that is none of an object
 */
export const answerFromStore = (request: StoreRequest, store: KubernetesStore): KubernetesReply | undefined => {
  const place = placeOf(request.path)
  if (!place || !(resourceOf(place) in KINDS || store.lists.has(place.list))) return undefined
  const all = store.lists.get(place.list) ?? []
  const {name} = place
  if (name === undefined) return request.method === 'POST' ? create(request, place, store) : list(request, place, all)
  const found = all.find((object) => isAt(object, place))
  if (request.method === 'PATCH') return patch(request, place, found, store)
  if (!found) return notFound(place)
  if (place.subresource === 'token') return token(request, place, store)
  if (request.method !== 'DELETE') return {status: 200, body: withKind(found, place)}
  store.lists.set(
    place.list,
    all.filter((object) => object !== found),
  )
  return {status: 200, body: {kind: 'Status', apiVersion: 'v1', status: 'Success'}}
}

const isAt = ({metadata}: StoredObject, {namespace, name}: Place): boolean =>
  metadata.name === name && metadata.namespace === namespace

const notFound = (place: Place): KubernetesReply => ({
  status: 404,
  body: failure(404, 'NotFound', `${resourceOf(place)} "${place.name ?? ''}" not found`),
})

const KINDS: Readonly<Record<string, string>> = {
  namespaces: 'Namespace',
  serviceaccounts: 'ServiceAccount',
  clusterrolebindings: 'ClusterRoleBinding',
  rolebindings: 'RoleBinding',
}

const resourceOf = ({list}: Place): string => list.split('/').at(-1) ?? ''

const typeOf = (place: Place): KubernetesObject => ({
  kind: KINDS[resourceOf(place)] ?? 'Unknown',
  apiVersion: place.list.split('/').slice(2, -1).join('/'),
})

const withKind = (object: StoredObject, place: Place): object => ({...typeOf(place), ...object})

const list = ({query, accept = ''}: StoreRequest, place: Place, all: readonly StoredObject[]): KubernetesReply => {
  const value = (name: string): string => query.find(([candidate]) => candidate === name)?.[1] ?? ''
  const here = all.filter(({metadata}) => place.namespace === undefined || metadata.namespace === place.namespace)
  const from = Number(value('continue') || 0)
  const end = value('limit') ? from + Number(value('limit')) : here.length
  const {kind, apiVersion} = typeOf(place)
  if (kind === 'Namespace' && isTableAsked(accept))
    return {status: 200, body: namespaceTable(here.map(({metadata}) => metadata.name))}
  return {
    status: 200,
    body: {
      kind: `${kind}List`,
      apiVersion,
      metadata: {resourceVersion: '1', ...(end < here.length && {continue: String(end)})},
      items: here.slice(from, end),
    },
  }
}

const create = (request: StoreRequest, place: Place, store: KubernetesStore): KubernetesReply => {
  const object = JSON.parse(request.body) as StoredObject
  const {name} = object.metadata
  const at = {...place, name}
  if ((store.lists.get(place.list) ?? []).some((other) => isAt(other, at)))
    return {status: 409, body: failure(409, 'AlreadyExists', `"${name}" already exists`)}
  putObject(store, place.list, object)
  return {status: 201, body: withKind(object, place)}
}

const patch = (
  request: StoreRequest,
  place: Place,
  found: StoredObject | undefined,
  store: KubernetesStore,
): KubernetesReply => {
  const change = JSON.parse(request.body) as StoredObject
  const isApply = request.contentType.startsWith('application/apply-patch+yaml')
  if (isApply && !request.query.some(([name]) => name === 'fieldManager'))
    return {status: 422, body: failure(422, 'Invalid', 'fieldManager is required for apply patch')}
  if (found) {
    const {resourceVersion} = found.metadata
    // With a version in it, a patch is for that version alone.
    const {resourceVersion: asked = resourceVersion} = (change['metadata'] ?? {}) as Fields
    if (asked !== resourceVersion)
      return {
        status: 409,
        body: failure(409, 'Conflict', 'the object has been modified; apply your changes to the latest'),
      }
    Object.assign(found, merged(found, change))
    if (resourceVersion !== undefined) found.metadata['resourceVersion'] = String(Number(resourceVersion) + 1)
    return {status: 200, body: withKind(found, place)}
  }
  if (!isApply) return notFound(place)
  const metadata = {...change.metadata, ...(place.namespace && {namespace: place.namespace})}
  return {status: 201, body: withKind(putObject(store, place.list, {...change, metadata}), place)}
}

type Fields = Record<string, unknown>
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** RFC 7396. */
const merged = (target: Fields, change: Fields): Fields => {
  const result = {...target}
  for (const [name, value] of Object.entries(change)) {
    const before = result[name]
    if (value === null) delete result[name]
    else result[name] = isFields(value) ? merged(isFields(before) ? before : {}, value) : value
  }
  return result
}

const token = (request: StoreRequest, place: Place, store: KubernetesStore): KubernetesReply => {
  if (request.method !== 'POST' || !store.issueToken) return notFound(place)
  const {spec} = JSON.parse(request.body) as {
    spec: {readonly audiences: readonly string[]; readonly expirationSeconds: number}
  }
  const issued = store.issueToken({
    namespace: place.namespace ?? '',
    name: place.name ?? '',
    audience: spec.audiences[0] ?? '',
    seconds: spec.expirationSeconds,
  })
  return {
    status: 201,
    body: {kind: 'TokenRequest', apiVersion: 'authentication.k8s.io/v1', status: {token: issued}},
  }
}
