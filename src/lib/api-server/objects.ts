import {AckError} from '../base/errors.ts'
import {isJsonObject, textIn, type JsonObject} from '../base/json-object.ts'
import {ApiServerError, callApiServer, type ApiServer} from './api-call.ts'

/** Objects per page: those of a large cluster are too many for one response. */
const PAGE_SIZE = 250
const MAX_PAGES = 4000

/** The manager of the fields that this program sets by server-side apply. */
const FIELD_MANAGER = 'ack-ram-tool'

/** What of a list is read, and until when. */
interface ListOptions {
  readonly signal?: AbortSignal | undefined
  readonly startsOver?: () => void
}

/**
 * An object by its path; undefined if there is none.
 *
 * @throws what {@link callApiServer} throws
 */
export const getObject = async (
  path: string,
  api: ApiServer,
  signal?: AbortSignal,
): Promise<JsonObject | undefined> => {
  try {
    return await callApiServer({method: 'GET', path}, api, signal)
  } catch (error) {
    if (error instanceof ApiServerError && error.status === 404) return undefined
    throw error
  }
}

/**
 * Hands over the objects of a list page by page, so that no more than one page is in memory. A list that expires on the
 * way (410) starts over once: what was seen before comes again.
 *
 * @param startsOver - called before it starts over: what was handed over until then may be gone
 * @throws what {@link callApiServer} throws; AckError `ServiceFailed` for what is not a list
 */
export async function* listPages(
  path: string,
  api: ApiServer,
  {signal, startsOver}: ListOptions = {},
): AsyncGenerator<readonly JsonObject[]> {
  let token = ''
  let restarts = 0
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const asked = new Map([['limit', String(PAGE_SIZE)], ...(token ? [['continue', token] as const] : [])])
    let answer: JsonObject
    try {
      answer = await callApiServer({method: 'GET', path, query: asked}, api, signal)
    } catch (error) {
      if (!(error instanceof ApiServerError && error.status === 410 && token && restarts < 1)) throw error
      restarts += 1
      token = ''
      startsOver?.()
      continue
    }
    const {items, metadata} = answer
    if (!Array.isArray(items) || !items.every(isJsonObject)) throw notAList(path, api)
    yield items
    const next = isJsonObject(metadata) ? metadata['continue'] : undefined
    if (typeof next !== 'string' || next === '') return
    token = next
  }
  throw notAList(path, api)
}

/**
 * Sets fields of an object by server-side apply, and makes the object if there is none. Fields that others manage stay.
 *
 * @param path - of the object
 * @throws what {@link callApiServer} throws
 * @see https://kubernetes.io/docs/reference/using-api/server-side-apply/
 */
export const applyObject = (
  path: string,
  object: JsonObject,
  api: ApiServer,
  signal?: AbortSignal,
): Promise<JsonObject> => {
  const query = new Map([
    ['fieldManager', FIELD_MANAGER],
    ['force', 'true'],
  ])
  // JSON is YAML; the type is the one that every version of Kubernetes knows.
  const contentType = 'application/apply-patch+yaml'
  return callApiServer({method: 'PATCH', path, query, body: object, contentType}, api, signal)
}

/**
 * Changes an object by a merge patch (RFC 7396): null removes a field. It is sent once: after a reply that was lost, a patch
 * with the version of the object would be refused.
 *
 * @throws what {@link callApiServer} throws
 */
export const patchObject = (
  path: string,
  patch: JsonObject,
  api: ApiServer,
  signal?: AbortSignal,
): Promise<JsonObject> => {
  const query = new Map([['fieldManager', FIELD_MANAGER]])
  const contentType = 'application/merge-patch+json'
  return callApiServer({method: 'PATCH', path, query, body: patch, contentType, once: true}, api, signal)
}

/**
 * Makes an object.
 *
 * @param path - of the list that it is to be in
 * @throws what {@link callApiServer} throws
 */
export const createObject = (
  path: string,
  object: JsonObject,
  api: ApiServer,
  signal?: AbortSignal,
): Promise<JsonObject> => {
  const query = new Map([['fieldManager', FIELD_MANAGER]])
  return callApiServer({method: 'POST', path, query, body: object, once: true}, api, signal)
}

/** The name in an object's metadata; empty if it has none. */
export const nameOf = (object: JsonObject): string => textIn(metadataOf(object), 'name')

/** The namespace in an object's metadata; empty for an object of the cluster. */
export const namespaceOf = (object: JsonObject): string => textIn(metadataOf(object), 'namespace')

/** The labels or annotations of an object. */
export const entriesOf = (object: JsonObject, kind: 'labels' | 'annotations'): JsonObject => {
  const entries = metadataOf(object)[kind]
  return isJsonObject(entries) ? entries : {}
}

const metadataOf = ({metadata}: JsonObject): JsonObject => (isJsonObject(metadata) ? metadata : {})

const notAList = (path: string, {clusterId}: ApiServer): AckError =>
  new AckError(
    'ServiceFailed',
    `invalid response of the API server of cluster ${clusterId} to GET ${path}: it is not a list that ends`,
    'try again',
  )
