import {
  apiGroupList,
  apiResourceList,
  apiVersions,
  failure,
  namespaceList,
  namespaceTable,
  selfSubjectReview,
  serverVersion,
  type KubernetesUser,
} from './kubernetes-objects.ts'

/** An authenticated request to the API server. */
export type KubernetesRequest = {
  readonly method: string
  /** Without the query. */
  readonly path: string
  readonly accept: string
  readonly user: KubernetesUser
}

export type KubernetesReply = {readonly status: number; readonly body: object}

type Route = (request: KubernetesRequest) => KubernetesReply

const NAMESPACES = {
  name: 'namespaces',
  singularName: 'namespace',
  namespaced: false,
  kind: 'Namespace',
  verbs: ['list'],
  shortNames: ['ns'],
}
const REVIEWS = {
  name: 'selfsubjectreviews',
  singularName: 'selfsubjectreview',
  namespaced: false,
  kind: 'SelfSubjectReview',
  verbs: ['create'],
}

const APPLIED = ['get', 'list', 'create', 'patch', 'delete']
const CLUSTER_ROLE_BINDINGS = {
  name: 'clusterrolebindings',
  singularName: 'clusterrolebinding',
  namespaced: false,
  kind: 'ClusterRoleBinding',
  verbs: APPLIED,
}
const ROLE_BINDINGS = {
  name: 'rolebindings',
  singularName: 'rolebinding',
  namespaced: true,
  kind: 'RoleBinding',
  verbs: APPLIED,
}
const RBAC = 'rbac.authorization.k8s.io/v1'

const ok = (body: object): KubernetesReply => ({status: 200, body})

// Discovery is answered in its unaggregated form whatever is asked for: client-go falls back to it by itself.
const ROUTES: ReadonlyMap<string, Route> = new Map<string, Route>([
  ['GET /version', () => ok(serverVersion())],
  ['GET /api', () => ok(apiVersions())],
  ['GET /apis', () => ok(apiGroupList())],
  ['GET /api/v1', () => ok(apiResourceList('v1', [NAMESPACES]))],
  ['GET /apis/authentication.k8s.io/v1', () => ok(apiResourceList('authentication.k8s.io/v1', [REVIEWS]))],
  [`GET /apis/${RBAC}`, () => ok(apiResourceList(RBAC, [CLUSTER_ROLE_BINDINGS, ROLE_BINDINGS]))],
  ['GET /api/v1/namespaces', ({accept}) => ok(isTableAsked(accept) ? namespaceTable() : namespaceList())],
  [
    'POST /apis/authentication.k8s.io/v1/selfsubjectreviews',
    ({user}) => ({status: 201, body: selfSubjectReview(user)}),
  ],
])

/**
 * Answers a request as a small Kubernetes 1.32 would: enough for `kubectl version`, `get namespaces` and `auth whoami`.
 *
 * @returns a `Status` with code 404 for everything else
 */
export const route = (request: KubernetesRequest): KubernetesReply => {
  const answer = ROUTES.get(`${request.method} ${request.path}`)
  return answer
    ? answer(request)
    : {status: 404, body: failure(404, 'NotFound', 'the server could not find the requested resource')}
}

/** Whether the client asks for a `Table`, as kubectl does. */
export const isTableAsked = (accept: string): boolean =>
  accept.split(',').some((mediaType) => {
    const parameters = new Set(mediaType.split(';').map((parameter) => parameter.trim()))
    return ['as=Table', 'v=v1', 'g=meta.k8s.io'].every((parameter) => parameters.has(parameter))
  })
