import {apiPath, type ApiServer} from '../api-server/api-call.ts'
import {listPages, nameOf, namespaceOf} from '../api-server/objects.ts'
import {AckError} from '../base/errors.ts'
import {isJsonObject, textIn, type JsonObject} from '../base/json-object.ts'
import {printable} from '../base/printable.ts'
import {userIdOfSubject} from './user-id.ts'

export const RBAC_GROUP = 'rbac.authorization.k8s.io'
const RBAC_API = ['apis', RBAC_GROUP, 'v1'] as const

export type BindingKind = 'ClusterRoleBinding' | 'RoleBinding'

/** A binding by its name. */
export interface BindingName {
  readonly kind: BindingKind
  /** Empty for a ClusterRoleBinding. */
  readonly namespace: string
  readonly name: string
}

/** What a binding gives to one of its subjects. */
export interface Grant extends BindingName {
  /** The role that it refers to. */
  readonly roleKind: string
  readonly roleName: string
  /** The subject's name: the ID of the account, perhaps with a time behind it. */
  readonly subject: string
  readonly userId: string
  /** All that the binding lets in, this account and others. */
  readonly subjects: readonly JsonObject[]
}

/** What could be read of the bindings of a cluster, and what not. */
export interface BindingsFound<T> {
  readonly found: readonly T[]
  /** One failure for each kind that could not be read to its end. */
  readonly failures: readonly AckError[]
}

/** The path of a binding. */
export const bindingPath = ({kind, namespace, name}: BindingName): string =>
  kind === 'ClusterRoleBinding'
    ? apiPath(...RBAC_API, 'clusterrolebindings', name)
    : apiPath(...RBAC_API, 'namespaces', namespace, 'rolebindings', name)

/** The path of the list that a binding is made in. */
export const bindingListPath = ({kind, namespace}: BindingName): string =>
  kind === 'ClusterRoleBinding'
    ? apiPath(...RBAC_API, 'clusterrolebindings')
    : apiPath(...RBAC_API, 'namespaces', namespace, 'rolebindings')

/** A binding for people, on one line: `RoleBinding/<namespace>/<name>`. Kubernetes lets a name have any characters. */
export const describeBinding = ({kind, namespace, name}: BindingName): string =>
  printable(`${kind}/${namespace || '-'}/${name}`)

/**
 * Finds what users of Alibaba Cloud are given in a cluster. Only subjects of kind `User` and of the RBAC group are such
 * users: a ServiceAccount or a Group with a number for a name is none.
 *
 * @param isWanted - of which accounts
 * @throws what is not an AckError
 */
export const findGrants = async (
  isWanted: (userId: string) => boolean,
  api: ApiServer,
  signal?: AbortSignal,
): Promise<BindingsFound<Grant>> =>
  collect(api, signal, (kind, item) => grantsOf(kind, item).filter(({userId}) => isWanted(userId)))

/** Finds whole bindings. Throws as {@link findGrants} does. */
export const findBindings = async (
  isWanted: (binding: JsonObject) => boolean,
  api: ApiServer,
  signal?: AbortSignal,
): Promise<BindingsFound<JsonObject>> =>
  collect(api, signal, (kind, item) => {
    const binding = {...item, apiVersion: `${RBAC_GROUP}/v1`, kind}
    return isWanted(binding) ? [binding] : []
  })

const LISTS: readonly (readonly [BindingKind, string])[] = [
  ['ClusterRoleBinding', apiPath(...RBAC_API, 'clusterrolebindings')],
  ['RoleBinding', apiPath(...RBAC_API, 'rolebindings')],
]

/** Reads both kinds; of each item only what `pick` takes stays in memory. */
const collect = async <T>(
  api: ApiServer,
  signal: AbortSignal | undefined,
  pick: (kind: BindingKind, item: JsonObject) => readonly T[],
): Promise<BindingsFound<T>> => {
  const results = await Promise.all(
    LISTS.map(async ([kind, path]) => {
      // By name: what moves to another page meanwhile comes twice.
      const picked = new Map<string, readonly T[]>()
      try {
        for await (const items of listPages(path, api, {signal, startsOver: () => picked.clear()}))
          for (const item of items) {
            const taken = pick(kind, item)
            if (taken.length > 0) picked.set(`${namespaceOf(item)}/${nameOf(item)}`, taken)
          }
        return {found: [...picked.values()].flat(), failures: []}
      } catch (error) {
        if (!AckError.is(error)) throw error
        return {found: [...picked.values()].flat(), failures: [error]}
      }
    }),
  )
  return {found: results.flatMap(({found}) => found), failures: results.flatMap(({failures}) => failures)}
}

const grantsOf = (kind: BindingKind, item: JsonObject): readonly Grant[] => {
  const {roleRef} = item
  const subjects = subjectsOf(item)
  return subjects.flatMap((subject) => {
    const userId = userIdOf(subject)
    if (userId === undefined) return []
    return [
      {
        kind,
        namespace: namespaceOf(item),
        name: nameOf(item),
        roleKind: textIn(roleRef, 'kind'),
        roleName: textIn(roleRef, 'name'),
        subject: textIn(subject, 'name'),
        userId,
        subjects,
      },
    ]
  })
}

/** The subjects of a binding; it may have none. */
export const subjectsOf = ({subjects}: {readonly subjects?: unknown}): readonly JsonObject[] =>
  Array.isArray(subjects) ? (subjects as readonly unknown[]).filter(isJsonObject) : []

/** The subjects of a binding that are none of these accounts. */
export const othersIn = (binding: {readonly subjects?: unknown}, userIds: ReadonlySet<string>): readonly JsonObject[] =>
  subjectsOf(binding).filter((subject) => !userIds.has(userIdOf(subject) ?? ''))

/** A subject for people, on one line: `Group dev`, `ServiceAccount ns1/sa1`. */
export const describeSubject = (subject: JsonObject): string =>
  printable(
    `${textIn(subject, 'kind')} ${[textIn(subject, 'namespace'), textIn(subject, 'name')].filter(Boolean).join('/')}`,
  )

/** Whether a binding has a subject. */
export const hasSubject = (binding: JsonObject, wanted: JsonObject): boolean =>
  subjectsOf(binding).some((subject) => isSame(subject, wanted))

/** Whether two bindings refer to the same role. */
export const hasSameRole = (one: JsonObject, other: JsonObject): boolean => isSame(one['roleRef'], other['roleRef'])

/** Whether two bindings are of the same name. */
export const hasSameName = (one: JsonObject, other: JsonObject): boolean =>
  one['kind'] === other['kind'] && namespaceOf(one) === namespaceOf(other) && nameOf(one) === nameOf(other)

/** Whether a binding is of the same name as another one, and gives all that the other one gives. */
export const coversBinding = (held: JsonObject, other: JsonObject): boolean =>
  hasSameName(held, other) &&
  hasSameRole(held, other) &&
  subjectsOf(other).every((subject) => hasSubject(held, subject))

const FIELDS = ['kind', 'apiGroup', 'namespace', 'name']

/** Whether two subjects, or two references of a role, name the same; a missing field is an empty one. */
const isSame = (one: unknown, other: unknown): boolean =>
  FIELDS.every((field) => fieldOf(one, field) === fieldOf(other, field))

const fieldOf = (object: unknown, field: string): unknown => (isJsonObject(object) ? (object[field] ?? '') : '')

const userIdOf = (subject: JsonObject): string | undefined =>
  textIn(subject, 'kind') === 'User' && textIn(subject, 'apiGroup') === RBAC_GROUP
    ? userIdOfSubject(textIn(subject, 'name'))
    : undefined
