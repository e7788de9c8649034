import type {KubeconfigState} from '../container-service/user-permissions.ts'
import type {Calling} from '../ram/call-ram.ts'
import {listRoles} from '../ram/roles.ts'
import {listUsers} from '../ram/users.ts'
import {readCaller, type Caller} from './caller.ts'
import {typeByDigit, type AccountType} from './user-id.ts'

/** The accounts of the caller's Alibaba Cloud account: its root user, RAM users and RAM roles. */
export interface AccountTable {
  readonly caller: Caller
  readonly byId: ReadonlyMap<string, {readonly type: AccountType; readonly name: string}>
}

/**
 * How it stands with an account. `not in this account` is one that the caller's account does not list: it was deleted, or
 * belongs to another Alibaba Cloud account, and nothing says which. `other account` is known to be alive elsewhere.
 */
export type AccountState = 'active' | 'inactive' | 'deleted' | 'other account' | 'not in this account' | 'unknown'

/** An account as it is shown. */
export interface Account {
  readonly id: string
  readonly type: AccountType
  /** Empty if nobody knows it. */
  readonly name: string
  readonly state: AccountState
}

/** Reads the accounts. An account may have no user, or no role. Throws AckError as STS and RAM answer. */
export const readAccounts = async (caller: Caller, calling: Calling): Promise<AccountTable> => {
  const [users, roles] = await Promise.all([listUsers(calling), listRoles(calling)])
  const byId = new Map<string, {readonly type: AccountType; readonly name: string}>()
  byId.set(caller.accountId, {type: 'Root', name: ''})
  for (const {id, name} of users) byId.set(id, {type: 'RamUser', name})
  for (const {id, name} of roles) byId.set(id, {type: 'RamRole', name})
  return {caller, byId}
}

/** The caller and all accounts. Throws as {@link readAccounts} does. */
export const readCallerAndAccounts = async (calling: Calling): Promise<AccountTable> =>
  readAccounts(await readCaller(calling), calling)

/** Whether the caller's account lists it no more, or never did. */
export const isOutsideAccount = ({state}: Account): boolean => state !== 'active' && state !== 'inactive'

/**
 * Describes an account by all that is known of it. What RAM lists is there; of all others only the Container Service
 * knows whether they are deleted or belong elsewhere.
 *
 * @param issued - what the Container Service says of it, if it does
 */
export const lookUpAccount = (id: string, {byId}: AccountTable, issued: KubeconfigState | undefined): Account => {
  const listed = byId.get(id)
  if (listed) return {id, ...listed, state: issued?.accountState === 'InActive' ? 'inactive' : 'active'}
  const said = TYPES.get(issued?.accountType ?? '')
  const type = said ?? typeByDigit(id)
  return {id, type, name: issued?.accountName ?? '', state: stateElsewhere(issued?.accountState, type)}
}

const TYPES: ReadonlyMap<string, AccountType> = new Map([
  ['RootAccount', 'Root'],
  ['RamUser', 'RamUser'],
  ['RamRole', 'RamRole'],
])

const stateElsewhere = (said: string | undefined, type: AccountType): AccountState => {
  if (said === 'Deleted') return 'deleted'
  if (said === 'Active' || said === 'InActive') return 'other account'
  return type === 'unknown' ? 'unknown' : 'not in this account'
}
