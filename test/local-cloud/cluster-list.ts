import type {ContainerServiceCall, LocalCluster} from './container-service-call.ts'
import {invalidParameter} from './container-service-error.ts'
import {valuesOf, type ReceivedRequest} from './received-request.ts'

const MAX_PAGE_SIZE = 100
const DEFAULT_PAGE_SIZE = 10

/**
 * Lists clusters as DescribeClustersV1 does: one page of those that the filters leave.
 *
 * @throws ContainerServiceError if a page number or size is wrong
 */
export const describeClusters = ({request, clusters}: ContainerServiceCall): object => {
  const pageNumber = readNumber(request, 'page_number', {byDefault: 1, max: Number.MAX_SAFE_INTEGER})
  const pageSize = readNumber(request, 'page_size', {byDefault: DEFAULT_PAGE_SIZE, max: MAX_PAGE_SIZE})
  const counted = clusters.filter((cluster) => cluster.hidden !== 'without a trace' && isAskedFor(cluster, request))
  const found = counted.filter(({hidden}) => hidden === undefined)
  const start = (pageNumber - 1) * pageSize
  return {
    clusters: found.slice(start, start + pageSize).map((cluster) => describeCluster(cluster)),
    page_info: {page_number: pageNumber, page_size: pageSize, total_count: counted.length},
  }
}

const readNumber = (
  {query}: ReceivedRequest,
  name: string,
  {byDefault, max}: {readonly byDefault: number; readonly max: number},
): number => {
  const [text] = valuesOf(query, name)
  if (text === undefined) return byDefault
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (number >= 1 && number <= max) return number
  throw invalidParameter(name)
}

// Whether a part of a name is enough is not documented; here it is, so that a client that wants the whole must look.
const isAskedFor = ({id, name, regionId}: LocalCluster, {query}: ReceivedRequest): boolean => {
  const filter = (parameter: string): string | undefined => valuesOf(query, parameter)[0] || undefined
  return (
    name.includes(filter('name') ?? '') &&
    id === (filter('cluster_id') ?? id) &&
    regionId === (filter('region_id') ?? regionId)
  )
}

const describeCluster = ({
  id,
  name,
  regionId,
  state,
  server,
  privateServer,
  clusterType = 'ManagedKubernetes',
  tags = [],
}: LocalCluster): object => ({
  cluster_id: id,
  name,
  region_id: regionId,
  state,
  cluster_type: clusterType,
  cluster_spec: 'ack.pro.small',
  profile: 'Default',
  current_version: '1.32.1-aliyun.1',
  size: 1,
  tags,
  master_url: JSON.stringify({api_server_endpoint: server, intranet_api_server_endpoint: privateServer}),
})
