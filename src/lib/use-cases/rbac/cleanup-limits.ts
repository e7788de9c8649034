import {AckError} from '../../base/errors.ts'
import type {ClusterView} from './look-at-cluster.ts'
import type {Account, AccountTable} from '../../rbac/accounts.ts'
import type {Caller} from '../../rbac/caller.ts'

/** So many deleted accounts may go without --max. */
const DEFAULT_MAX = 10

/**
 * Refuses to take access from the caller and from the root user of the account, before anything is looked up.
 *
 * @throws AckError `PreconditionFailed`
 */
export const refuseOwn = (userIds: readonly string[], {accountId, userId}: Caller): void => {
  if (userIds.includes(accountId)) throw refusal(`${accountId} is the root user of the account`)
  if (userIds.includes(userId)) throw refusal(`${userId} is the caller itself`)
}

/**
 * Refuses root users that the Container Service knows as such.
 *
 * @throws AckError `PreconditionFailed`
 */
export const refuseRoot = (chosen: readonly {readonly account: Account; readonly view: ClusterView}[]): void => {
  const root = chosen.find(({account, view}) => view.states?.get(account.id)?.accountType === 'RootAccount')
  if (root) throw refusal(`${root.account.id} is a root user`)
}

const refusal = (why: string): AckError =>
  new AckError('PreconditionFailed', `nothing was done: ${why}`, 'check --user-id')

/**
 * Chooses the accounts that are deleted for certain: RAM does not list them, and the Container Service says so. A list of
 * RAM that is too short must not take everybody's access.
 *
 * @param accounts - all that were seen in the clusters, perhaps several times
 * @param max - how many may go; without it {@link DEFAULT_MAX}, and no more than half of the accounts that RAM lists
 * @throws AckError `PreconditionFailed` if there are more, or RAM's lists do not even have the caller, or nobody of the
 *   kind of one that would go
 */
export const chooseDeleted = (
  accounts: readonly Account[],
  {caller, byId}: AccountTable,
  max: number | undefined,
): readonly Account[] => {
  if (!byId.has(caller.userId))
    throw tooUncertain(`RAM's lists of users and roles are not complete: the caller, ${caller.userId}, is not in them`)
  // One cluster's word that it is alive is enough to leave it alone.
  const alive = new Set(accounts.filter(({state}) => state === 'other account').map(({id}) => id))
  const deleted = accounts.filter(
    ({state, id}) => state === 'deleted' && id !== caller.userId && !byId.has(id) && !alive.has(id),
  )
  const chosen = [...new Map(deleted.map((account) => [account.id, account])).values()]
  // The root user is in no list, and a role says nothing of the list of users.
  const listed = new Set([...byId.values()].map(({type}) => type))
  const alone = chosen.find(({type}) => type !== 'Root' && type !== 'unknown' && !listed.has(type))
  if (alone)
    throw tooUncertain(
      `RAM lists no ${alone.type === 'RamUser' ? 'user' : 'role'} at all, so ${alone.id} may exist for all that is known`,
    )
  const count = `${chosen.length} accounts look deleted`
  if (chosen.length > (max ?? DEFAULT_MAX)) throw tooMany(`${count}, and no more than ${max ?? DEFAULT_MAX} may go`)
  if (max === undefined && chosen.length * 2 > byId.size) throw tooMany(`${count}, while RAM lists only ${byId.size}`)
  return chosen
}

const tooMany = (why: string): AckError =>
  new AckError(
    'PreconditionFailed',
    `nothing was done: ${why}`,
    'look at them with rbac scan-user-permissions, then pass --max with their number, or --user-id',
  )

const tooUncertain = (why: string): AckError =>
  new AckError('PreconditionFailed', `nothing was done: ${why}`, 'name the accounts with --user-id')
