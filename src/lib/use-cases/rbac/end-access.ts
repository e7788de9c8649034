import {AckError, rephrased} from '../../base/errors.ts'
import {printable} from '../../base/printable.ts'
import type {Change} from '../../changes/plan.ts'
import {cleanUserPermissions} from '../../container-service/user-permissions.ts'
import type {Account} from '../../rbac/accounts.ts'
import {describeBinding} from '../../rbac/bindings.ts'
import type {Permission} from '../../rbac/permissions.ts'
import {lookAtCluster, type ClusterView, type Look} from './look-at-cluster.ts'
import type {Operator} from './reach-cluster.ts'

/** Whose access to which cluster is to end. */
export interface EndedAccess {
  readonly clusterId: string
  readonly account: Account
  /** What the account has there. */
  readonly permissions: readonly Permission[]
  /** Whether its certificate could be read; if so, it has to be read back. */
  readonly seesCertificate: boolean
  readonly force: boolean
  /** Whether the backup has the bindings that the account has in this cluster by then. */
  readonly isBackedUp: boolean
  /** The backup, which has to be there before. */
  readonly needs: readonly Change[]
}

/**
 * The change that ends an account's access to a cluster. It is always sent for the account that was asked for, also if
 * nothing of it is to be seen: a certificate may work all the same.
 */
export const endAccess = (
  {clusterId, account, permissions, seesCertificate, force, isBackedUp, needs}: EndedAccess,
  look: Omit<Look, 'selection'>,
  operator: Operator,
): Change => {
  const {caller, context} = operator
  const userId = account.id
  const hadSomething = leftOf(permissions).length > 0
  const lookAgain = (signal: AbortSignal): Promise<ClusterView> =>
    lookAtCluster(clusterId, {...look, selection: {of: 'named', userIds: new Set([userId])}}, {...operator, signal})
  let left: readonly string[] = []
  return {
    title: `End the access of ${describeUser(account)} to cluster ${clusterId}`,
    call: 'cs:CleanClusterUserPermissions',
    target: `cluster ${clusterId}`,
    parameters: {clusterId, userId, force},
    needs,
    carryOut: async (signal) => {
      if (!isBackedUp) refuseWithoutBackup(await lookAgain(signal), clusterId, account)
      try {
        await cleanUserPermissions({clusterId, userId, caller, context, signal}, force)
      } catch (error) {
        throw force ? error : withForceHint(error)
      }
    },
    isDone: async (signal) => {
      const view = await lookAgain(signal)
      const failure = view.bindingFailures[0] ?? (seesCertificate ? view.stateFailure : undefined)
      if (failure) throw failure
      left = leftOf(view.permissions)
      if (left.length > 0) return false
      return hadSomething ? true : undefined
    },
    left: () => `${describeUser(account)} still has ${left.join(', ')} in cluster ${clusterId}`,
  }
}

/** There was no binding to back up when the plan was made; there may be one by the time that it is agreed to. */
const refuseWithoutBackup = (
  {bindingFailures, permissions}: ClusterView,
  clusterId: string,
  account: Account,
): void => {
  const [failure] = bindingFailures
  if (failure) throw failure
  const names = permissions.flatMap(({grant}) => (grant ? [describeBinding(grant)] : []))
  if (names.length === 0) return
  throw new AckError(
    'PreconditionFailed',
    `${describeUser(account)} has ${names.join(', ')} in cluster ${clusterId} by now, of which there is no backup`,
    'run the command again, which makes one',
  )
}

/** An account for people, on one line: `2001 (RamUser alice)`. */
export const describeUser = ({id, type, name}: Account): string =>
  printable(`${id} (${[type, name].filter(Boolean).join(' ')})`)

/** Rights, and certificates that are still good. */
const leftOf = (permissions: readonly Permission[]): readonly string[] => [
  ...permissions.flatMap(({grant}) => (grant ? [`${describeBinding(grant)} (subject ${grant.subject})`] : [])),
  ...(permissions.some(({certificate}) => certificate?.state === 'Unexpired') ? ['a certificate that is valid'] : []),
]

/** Without --force the service refuses what was active lately, or what it cannot tell of. */
const withForceHint = (error: unknown): unknown =>
  AckError.is(error) && error.code === 'ServiceRefused' && !error.nextStep.includes('RAM permission')
    ? rephrased(
        error,
        error.message,
        'if it is refused for activity in the last seven days, find out what still uses the access, or pass --force',
      )
    : error
