import {clusterOf, type ChangeCall} from './cluster-changes.ts'
import type {AccessState, StoredKubeconfig} from './cluster-state.ts'
import {ContainerServiceError, invalidParameter} from './container-service-error.ts'
import type {StoredObject} from './kubernetes-store.ts'
import {valuesOf} from './received-request.ts'

const MAX_PAGE_SIZE = 50

const numberIn = ({request}: ChangeCall, name: string, byDefault: number): number => {
  const [text] = valuesOf(request.query, name)
  const number = text === undefined ? byDefault : Number(text)
  if (Number.isInteger(number) && number >= 1) return number
  throw invalidParameter(name)
}

const userOf = ({request}: ChangeCall): string => /\/users?\/([^/]+)\//.exec(request.path)?.[1] ?? ''

/** One page of the kubeconfigs that were issued for a cluster. */
export const listKubeconfigStates = (call: ChangeCall): object => {
  const {kubeconfigs} = clusterOf(call).changes.access
  const number = numberIn(call, 'pageNumber', 1)
  const size = numberIn(call, 'pageSize', 10)
  if (size > MAX_PAGE_SIZE) throw invalidParameter('pageSize')
  return {
    page: {page_number: number, page_size: size, total_count: kubeconfigs.length},
    states: kubeconfigs.slice((number - 1) * size, number * size).map(describe),
  }
}

const describe = (kubeconfig: StoredKubeconfig): object => ({
  account_name: '',
  account_type: 'RamUser',
  account_state: 'Active',
  cert_state: 'Unexpired',
  cert_expire_time: '2029-01-02T03:04:05Z',
  revokable: true,
  ...kubeconfig,
})

/** Whether a user was active, as the audit log has it; a test may have set any answer. */
export const describeActivity = (call: ChangeCall): object =>
  clusterOf(call).changes.access.activity.get(userOf(call)) ?? {active: false}

/**
 * Takes a user's kubeconfig and bindings away. Of a binding that others share only this subject goes, or the whole binding,
 * as the state says. Without Force, it refuses a user that was active.
 */
export const cleanUserPermissions = (call: ChangeCall): object => {
  const {access} = clusterOf(call).changes
  const userId = userOf(call)
  const isForced = valuesOf(call.request.query, 'Force')[0] === 'true'
  const {active} = (access.activity.get(userId) ?? {}) as {active?: boolean}
  if (!isForced && active)
    throw new ContainerServiceError('ErrorUserActive', `user ${userId} was active in the last 7 days`)
  for (const kubeconfig of access.kubeconfigs) if (kubeconfig.account_id === userId) kubeconfig.cert_state = 'Removed'
  if (access.cleans !== 'nothing') removeSubject(access, userId)
  return {}
}

const isUser = (subject: unknown, userId: string): boolean => {
  const {kind, name = ''} = subject as {kind?: string; name?: string}
  return kind === 'User' && (name === userId || new RegExp(`^${userId}-\\d+$`).test(name))
}

const removeSubject = ({store, cleans}: AccessState, userId: string): void => {
  for (const [list, objects] of store?.lists ?? [])
    if (list.includes('rolebindings'))
      store?.lists.set(
        list,
        objects.flatMap((object): StoredObject[] => {
          const subjects = (object['subjects'] ?? []) as readonly unknown[]
          const others = subjects.filter((subject) => !isUser(subject, userId))
          if (others.length === subjects.length) return [object]
          return others.length > 0 && cleans === 'subjects' ? [{...object, subjects: others}] : []
        }),
      )
}
