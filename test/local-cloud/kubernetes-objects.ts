/** Who a request is made by, as Kubernetes sees it. */
export type KubernetesUser = {readonly username: string; readonly groups: readonly string[]; readonly extra: Extra}

type Extra = Readonly<Record<string, readonly string[]>>

/** A Kubernetes object, as its JSON. */
export type KubernetesObject = {readonly kind: string; readonly apiVersion: string; readonly [field: string]: unknown}

/** A `Status` of failure, the body of every answer that is no success. */
export const failure = (code: number, reason: string, message: string): KubernetesObject => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message,
  reason,
  code,
})

/** What `kubectl version` reads. It is no `KubernetesObject`: it has no kind. */
export const serverVersion = (): object => ({
  major: '1',
  minor: '32',
  gitVersion: 'v1.32.0-local-cloud',
  platform: `${process.platform}/${process.arch}`,
})

/** The versions of the core group. */
export const apiVersions = (): KubernetesObject => ({kind: 'APIVersions', apiVersion: 'v1', versions: ['v1']})

/** The named groups. */
export const apiGroupList = (): KubernetesObject => {
  const groups = ['authentication.k8s.io', 'rbac.authorization.k8s.io'].map((name) => {
    const version = {groupVersion: `${name}/v1`, version: 'v1'}
    return {name, versions: [version], preferredVersion: version}
  })
  return {kind: 'APIGroupList', apiVersion: 'v1', groups}
}

/** The resources of one group version. */
export const apiResourceList = (groupVersion: string, resources: readonly object[]): KubernetesObject => ({
  kind: 'APIResourceList',
  apiVersion: 'v1',
  groupVersion,
  resources,
})

/** What `kubectl auth whoami` reads. */
export const selfSubjectReview = (userInfo: KubernetesUser): KubernetesObject => ({
  kind: 'SelfSubjectReview',
  apiVersion: 'authentication.k8s.io/v1',
  metadata: {creationTimestamp: null},
  status: {userInfo},
})

const NAMESPACES = ['default', 'kube-system']
const CREATED_AT = '2026-01-02T03:04:05Z'

/** The namespaces as a `NamespaceList`. */
export const namespaceList = (): KubernetesObject => ({
  kind: 'NamespaceList',
  apiVersion: 'v1',
  metadata: {resourceVersion: '1'},
  items: NAMESPACES.map((name) => ({metadata: metadataOf(name), spec: {}, status: {phase: 'Active'}})),
})

/** The namespaces as a `Table`, which is what `kubectl get` prints. */
export const namespaceTable = (names: readonly string[] = NAMESPACES): KubernetesObject => ({
  kind: 'Table',
  apiVersion: 'meta.k8s.io/v1',
  metadata: {resourceVersion: '1'},
  columnDefinitions: ['Name', 'Status', 'Age'].map((name) => ({
    name,
    type: 'string',
    format: '',
    description: '',
    priority: 0,
  })),
  rows: names.map((name) => ({
    cells: [name, 'Active', '90d'],
    object: {kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: metadataOf(name)},
  })),
})

const metadataOf = (name: string): object => ({name, uid: `uid-of-${name}`, creationTimestamp: CREATED_AT})
