import {AckError, rephrased, type ErrorCode} from '../../base/errors.ts'
import type {JsonObject} from '../../base/json-object.ts'
import {printable} from '../../base/printable.ts'
import type {Change} from '../../changes/plan.ts'
import {cleanUserPermissions} from '../../container-service/user-permissions.ts'
import type {Account} from '../../rbac/accounts.ts'
import {describeBinding} from '../../rbac/bindings.ts'
import {bindingName} from '../../rbac/read-backup.ts'
import type {Permission} from '../../rbac/permissions.ts'
import {letsIn, readBindings, type Backup} from './back-up-bindings.ts'
import {lookAtCluster, type ClusterView, type Look} from './look-at-cluster.ts'
import {within} from '../../ram/call-ram.ts'
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
  /** What has to be there before; undefined if there was nothing to back up. */
  readonly backup: Backup | undefined
}

/**
 * The change that ends an account's access to a cluster. It is always sent for the account that was asked for, also if
 * nothing of it is to be seen: a certificate may work all the same.
 */
export const endAccess = (
  {clusterId, account, permissions, seesCertificate, force, backup}: EndedAccess,
  look: Omit<Look, 'selection'>,
  operator: Operator,
): Change => {
  const {context} = operator
  const {privateAddress} = look
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
    needs: backup ? [backup.change] : [],
    // The bindings are read before the call.
    limitMs: 2 * context.options.timeoutMs,
    carryOut: async (signal, send) => {
      const bindings = await readBindings({clusterId, privateAddress}, letsIn(new Set([userId])), {...operator, signal})
      refuseWithoutBackup(
        bindings.filter((binding) => !backup?.covers(clusterId, binding)),
        clusterId,
        account,
      )
      try {
        await send(() =>
          within({...operator, signal}, (calling) => cleanUserPermissions({clusterId, userId, ...calling}, force)),
        )
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

/** A binding may have come, or have got more, since the backup was made. */
const refuseWithoutBackup = (bindings: readonly JsonObject[], clusterId: string, account: Account): void => {
  if (bindings.length === 0) return
  const names = bindings.map((binding) => describeBinding(bindingName(binding)))
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

const REFUSALS: ReadonlySet<string> = new Set<ErrorCode>(['ServiceRefused', 'PreconditionFailed'])

/** Without --force the service refuses what was active lately, or what it cannot tell of. */
const withForceHint = (error: unknown): unknown =>
  AckError.is(error) && REFUSALS.has(error.code) && !error.nextStep.includes('RAM permission')
    ? rephrased(
        error,
        error.message,
        'if it is refused for activity in the last seven days, find out what still uses the access, or pass --force',
      )
    : error
