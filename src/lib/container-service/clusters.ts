import type {Credentials} from '../credentials/credentials.ts'
import type {SourceContext} from '../credentials/source-context.ts'
import {isJsonObject, parseJsonObject, textIn, type JsonObject} from '../base/json-object.ts'
import {isClusterId} from './cluster-id.ts'
import {percentEncode} from '../signing/percent-encode.ts'
import {callContainerService, totalCount, unusableAnswer} from './cs-call.ts'

const ACTION = 'DescribeClustersV1'
const PAGE_SIZE = 50
/** More pages than any account has: a limit, should the API never end its list. */
const MAX_PAGES = 1000

/** A cluster as the Container Service lists it. A missing text is empty. */
export interface Cluster {
  readonly id: string
  readonly name: string
  readonly region: string
  readonly state: string
  readonly tags: Readonly<Record<string, string>>
  /** URL of the API server on the internet. */
  readonly apiServer: string
  /** URL of the API server inside the VPC. */
  readonly privateApiServer: string
}

/** Docker clusters (Swarm), which have no Kubernetes API server. */
const SWARM = 'aliyun'

/** A list of clusters, and whether it holds as many as the Container Service says there are. */
export interface ClusterList {
  readonly clusters: readonly Cluster[]
  /** Why it may lack clusters, for people; undefined if it is complete. */
  readonly gap: string | undefined
}

/**
 * Lists the clusters that the caller can see: those of the region that the user gave, else those of all regions.
 *
 * @param kubernetesOnly - leaves out Docker clusters (Swarm), which have no API server
 * @throws AckError what {@link callContainerService} throws
 * @see https://www.alibabacloud.com/help/en/ack/ack-managed-and-ack-dedicated/developer-reference/api-cs-2015-12-15-describeclustersv1
 */
export const listClusters = async (
  caller: Credentials,
  context: SourceContext,
  signal?: AbortSignal,
  kubernetesOnly = false,
): Promise<ClusterList> => {
  // By ID: a cluster that moves to another page meanwhile must not be listed twice.
  const clusters = new Map<string, Cluster>()
  const seen = new Set<string>()
  let total = Number.POSITIVE_INFINITY
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const answer = await callContainerService(pageRequest(page, context.options.givenRegion), caller, context, signal)
    // By what came: the service may give smaller pages than were asked for.
    total = totalCount(answer['page_info'])
    // That there are no more has to be said.
    const items = answer['clusters'] ?? (seen.size === total ? [] : undefined)
    const known = seen.size
    if (!Array.isArray(items)) throw unusableAnswer(ACTION, 'its clusters are not a list')
    for (const item of items) {
      const cluster = isJsonObject(item) ? readCluster(item) : undefined
      if (!cluster) throw unusableAnswer(ACTION, 'an entry of its list is not a cluster')
      seen.add(cluster.id)
      if (!kubernetesOnly || textIn(item, 'cluster_type') !== SWARM) clusters.set(cluster.id, cluster)
    }
    // A list that repeats itself, or says that it has more than it gives, has ended too.
    if (seen.size === known || seen.size >= total) break
  }
  return {clusters: [...clusters.values()], gap: gapOf(seen.size, total)}
}

const gapOf = (listed: number, total: number): string | undefined => {
  if (listed >= total) return undefined
  const counted = Number.isFinite(total)
    ? `counts ${total} clusters and lists ${listed}`
    : 'does not say how many there are'
  return `the list of clusters is not complete: the Container Service ${counted}`
}

const pageRequest = (page: number, region: string | undefined): Parameters<typeof callContainerService>[0] => ({
  action: ACTION,
  path: '/api/v1/clusters',
  query: new Map([
    ['page_number', String(page)],
    ['page_size', String(PAGE_SIZE)],
    ...(region === undefined ? [] : [['region_id', region] as const]),
  ]),
  subject: 'clusters',
})

const readCluster = (item: JsonObject): Cluster | undefined => {
  const id = textIn(item, 'cluster_id')
  if (!isClusterId(id)) return undefined
  // A JSON text inside the JSON.
  const addresses = parseJsonObject(textIn(item, 'master_url')) ?? {}
  return {
    id,
    name: textIn(item, 'name'),
    region: textIn(item, 'region_id'),
    state: textIn(item, 'state'),
    tags: readTags(item['tags']),
    apiServer: textIn(addresses, 'api_server_endpoint'),
    privateApiServer: textIn(addresses, 'intranet_api_server_endpoint'),
  }
}

const readTags = (list: unknown): Cluster['tags'] =>
  Object.fromEntries(
    (Array.isArray(list) ? (list as readonly unknown[]) : [])
      .filter(isJsonObject)
      .map((tag) => [textIn(tag, 'key'), textIn(tag, 'value')]),
  )

/**
 * Lists the clusters of a region by the older action, which in a VPC works without the new one's permission. Docker
 * clusters (Swarm) are left out.
 *
 * @throws AckError what {@link callContainerService} throws
 */
export const listClustersOfRegion = async (
  region: string,
  caller: Credentials,
  context: SourceContext,
  signal?: AbortSignal,
): Promise<readonly Pick<Cluster, 'id' | 'name'>[]> => {
  const action = 'DescribeClustersForRegion'
  const found = new Map<string, Pick<Cluster, 'id' | 'name'>>()
  const seen = new Set<string>()
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const request = {
      action,
      path: `/regions/${percentEncode(region)}/clusters`,
      query: new Map([['page_number', String(page)]]),
      subject: 'clusters',
    }
    const {clusters} = await callContainerService(request, caller, context, signal)
    // None may be null.
    const items = clusters === null ? [] : clusters
    if (!Array.isArray(items) || !items.every(isJsonObject)) throw unusableAnswer(action, 'its clusters are not a list')
    const fresh = items.map((item) => ({item, id: textIn(item, 'cluster_id')})).filter(({id}) => !seen.has(id))
    if (fresh.length === 0) break
    for (const {item, id} of fresh) {
      seen.add(id)
      if (textIn(item, 'cluster_type') !== SWARM) found.set(id, {id, name: textIn(item, 'name')})
    }
  }
  return [...found.values()]
}
