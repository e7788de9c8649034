import {randomUUID} from 'node:crypto'

import {parseAcs3Authorization} from './acs3-signature.ts'
import {certificateFor, type ServiceTls} from './certificate.ts'
import {describeClusters} from './cluster-list.ts'
import {forbidden, type ContainerServiceCall, type LocalCluster} from './container-service-call.ts'
import {authenticateOnce, checkAction} from './container-service-caller.ts'
import {ContainerServiceError} from './container-service-error.ts'
import {createServiceState, type ServiceState} from './cluster-state.ts'
import * as changes from './cluster-changes.ts'
import * as access from './user-access.ts'
import type {FaultOptions, Refusal} from './faults.ts'
import {json, startService, type LocalService, type Reply} from './local-service.ts'
import {valuesOf, type ReceivedRequest} from './received-request.ts'
import type {StsIdentity} from './sts-caller.ts'
import {StsError} from './sts-error.ts'
import {isTokenInUrl} from './sts-request.ts'
import {describeClusterUserKubeconfig, type UserKubeconfigAnswer} from './user-kubeconfig.ts'

export type ContainerServiceOptions = FaultOptions & {
  /** The access keys it knows, asked for anew for each request; a local STS's own `identities` fit. */
  readonly identities: () => readonly StsIdentity[]
  /** Read anew for each request. */
  readonly clusters: readonly LocalCluster[]
  /** Whether an ARN may list clusters; without it, every one. */
  readonly listAllowed?: (arn: string) => boolean
  /** Tasks and what they come to. */
  readonly service?: ServiceState
  /** Breaks the answer of DescribeClusterUserKubeconfig. */
  readonly distort?: (answer: UserKubeconfigAnswer) => object
  /** Its clock. */
  readonly now?: () => Date
  /** With it, it speaks TLS. */
  readonly tls?: ServiceTls
}

/** What it remembers of a request; nothing in it is secret. */
type ContainerServiceRequest = {
  readonly method: string
  /** As the request's header says. */
  readonly action?: string
  readonly clusterId?: string
  /** The user that it is about, from the path. */
  readonly userId?: string
  /** The parameters of its actions, as they were sent. */
  readonly query: Readonly<Record<string, string>>
  /** The caller's, as claimed. */
  readonly accessKeyId?: string
  /** A security token stood in the query, where proxies and logs see it. */
  readonly tokenInUrl?: true
  /** The caller's, if it was authenticated. */
  readonly arn?: string
  /** The error code, if it was refused. */
  readonly code?: string
}

export type LocalContainerService = Omit<LocalService<ContainerServiceRequest>, 'origin'> & {
  /** `http://127.0.0.1:<port>`, or `https:` with `tls`. */
  readonly endpoint: string
  /** The certificate that its clients must trust; empty without `tls`. */
  readonly caPem: string
}

const USER_CONFIG = /^\/k8s\/([^/]+)\/user_config$/
const PARAMETERS: ReadonlySet<string> = new Set([
  'TemporaryDurationMinutes',
  'PrivateIpAddress',
  'page_number',
  'page_size',
  'region_id',
  'name',
  'cluster_id',
  'pageNumber',
  'pageSize',
  'Force',
])
/** The cluster in a path. */
const CLUSTER = /^\/(?:api\/v2\/)?(?:clusters?|k8s)\/([^/]+)/
/** The user in a path. */
const USER = /\/users?\/([^/]+)\//

/** What is served besides, by method and path. */
const ROUTES: readonly (readonly [method: string, path: RegExp, action: string, perform: Perform])[] = [
  ['GET', /^\/clusters\/[^/]+$/, 'DescribeClusterDetail', changes.describeClusterDetail],
  ['PUT', /^\/api\/v2\/clusters\/[^/]+$/, 'ModifyCluster', changes.modifyCluster],
  ['GET', /^\/clusters\/[^/]+\/logs$/, 'DescribeClusterLogs', changes.describeLogs],
  ['GET', /^\/tasks\/[^/]+$/, 'DescribeTaskInfo', changes.describeTask],
  ['GET', /^\/clusters\/[^/]+\/components\/version$/, 'DescribeClusterAddonsVersion', changes.describeAddonsVersion],
  ['POST', /^\/clusters\/[^/]+\/components\/install$/, 'InstallClusterAddons', changes.installAddons],
  ['GET', /^\/clusters\/[^/]+\/kubeconfig\/states$/, 'ListClusterKubeconfigStates', access.listKubeconfigStates],
  [
    'GET',
    /^\/clusters\/[^/]+\/users\/[^/]+\/activity-state$/,
    'DescribeUserClusterActivityState',
    access.describeActivity,
  ],
  [
    'DELETE',
    /^\/cluster\/[^/]+\/user\/[^/]+\/permissions$/,
    'CleanClusterUserPermissions',
    access.cleanUserPermissions,
  ],
  ['GET', /^\/regions\/[^/]+\/clusters$/, 'DescribeClustersForRegion', changes.describeClustersForRegion],
]

/**
 * Starts the part of Container Service (API version 2015-12-15, ROA style) that clients of a cluster need, on 127.0.0.1:
 * DescribeClusterUserKubeconfig and DescribeClustersV1.
 *
 * Every request must be signed with ACS3-HMAC-SHA256. Errors are `{code, message, requestId}`.
 */
export const startContainerService = async (options: ContainerServiceOptions): Promise<LocalContainerService> => {
  const nonces = new Set<string>()
  const certificate = options.tls && (await certificateFor(options.tls))
  const {origin, ...service} = await startService<ContainerServiceRequest>(
    {
      describe: (request) => describe(request, options.identities()),
      answer: (request) => answer(request, options, nonces),
      refuse: (refusal) => errorReply({message: 'The request was refused on purpose.', ...refusal}),
    },
    {certificate, faults: options.faults, now: options.now ?? ((): Date => new Date())},
  )
  return {endpoint: origin, caPem: certificate?.certPem ?? '', ...service}
}

const describe = (request: ReceivedRequest, identities: readonly StsIdentity[]): ContainerServiceRequest => {
  const {method, path, query, headers} = request
  const [action] = valuesOf(headers, 'x-acs-action')
  const clusterId = CLUSTER.exec(path)?.[1]
  const userId = USER.exec(path)?.[1]
  const accessKeyId = parseAcs3Authorization(request)?.accessKeyId
  const tokens = new Set(identities.flatMap(({securityToken}) => securityToken ?? []))
  return {
    method,
    ...(action && {action}),
    ...(clusterId && {clusterId}),
    ...(userId && {userId}),
    query: Object.fromEntries(query.filter(([name]) => PARAMETERS.has(name))),
    ...(accessKeyId && {accessKeyId}),
    ...(isTokenInUrl(request, tokens) && {tokenInUrl: true}),
  }
}

type Perform = (call: ContainerServiceCall & {readonly service: ServiceState}) => object | Promise<object>

type Action = {readonly name: string; readonly perform: Perform}

const findAction = (
  {method, path}: ReceivedRequest,
  {listAllowed = () => true, distort = (answer) => answer}: ContainerServiceOptions,
): Action | undefined => {
  if (method === 'GET' && USER_CONFIG.test(path)) {
    const perform = async (call: ContainerServiceCall): Promise<object> =>
      distort(await describeClusterUserKubeconfig(call))
    return {name: 'DescribeClusterUserKubeconfig', perform}
  }
  const route = ROUTES.find(([wanted, pattern]) => wanted === method && pattern.test(path))
  if (route) return {name: route[2], perform: route[3]}
  if (method !== 'GET' || path !== '/api/v1/clusters') return undefined
  const perform = (call: ContainerServiceCall): object => {
    if (!listAllowed(call.caller.arn)) throw forbidden(call.caller, 'cs:DescribeClustersV1')
    return describeClusters(call)
  }
  return {name: 'DescribeClustersV1', perform}
}

const answer = async (
  request: ReceivedRequest,
  options: ContainerServiceOptions,
  nonces: Set<string>,
): Promise<Reply<ContainerServiceRequest>> => {
  const {identities, clusters, now = () => new Date()} = options
  const seen: {arn?: string} = {}
  try {
    const action = findAction(request, options)
    checkAction(request, action?.name)
    const at = now()
    const caller = authenticateOnce({request, identities: identities(), now: at}, nonces)
    seen.arn = caller.arn
    const clusterId = CLUSTER.exec(request.path)?.[1] ?? ''
    const call = {request, caller, clusterId, clusters, now: at, service: options.service ?? createServiceState()}
    return json(request.method === 'PUT' ? 202 : 200, (await action?.perform(call)) ?? {}, seen)
  } catch (error) {
    if (!(error instanceof StsError || error instanceof ContainerServiceError)) throw error
    return errorReply(error, seen)
  }
}

const errorReply = (
  {status, code, message = '', authAction}: Refusal,
  seen: {readonly arn?: string} = {},
): Reply<ContainerServiceRequest> =>
  json<ContainerServiceRequest>(
    status,
    {
      code,
      message,
      requestId: randomUUID().toUpperCase(),
      ...(authAction && {accessDeniedDetail: {AuthAction: authAction, NoPermissionType: 'ImplicitDeny'}}),
    },
    {...seen, code},
  )
