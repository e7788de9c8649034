import type {KubeconfigState} from '../container-service/user-permissions.ts'
import {lookUpAccount, isOutsideAccount, type Account, type AccountTable} from './accounts.ts'
import {describeBinding, type Grant} from './bindings.ts'

/** The certificate that an account holds for a cluster. */
export interface HeldCertificate {
  /** `Unexpired`, `Expired`, `Unknown`, or `None`. */
  readonly state: string
  /** As the service says it; empty if it does not. */
  readonly expiresAt: string
}

/** What one account has in one cluster: a grant, a certificate, or both. */
export interface Permission {
  readonly account: Account
  /** Undefined for an account that holds a certificate and is not known to have a grant. */
  readonly grant: Grant | undefined
  /** Undefined if the certificates could not be read. */
  readonly certificate: HeldCertificate | undefined
}

/** Which accounts are asked for. */
export type AccountSelection =
  | {readonly of: 'everybody'}
  | {readonly of: 'not in this account'}
  | {readonly of: 'named'; readonly userIds: ReadonlySet<string>}

/** Kubeconfigs by the ID of their account. */
export type KubeconfigStates = ReadonlyMap<string, KubeconfigState>

/** Of two entries of one account the certificate that is still good counts. */
export const byAccount = (states: readonly KubeconfigState[]): KubeconfigStates => {
  const found = new Map<string, KubeconfigState>()
  for (const state of states)
    if (found.get(state.accountId)?.certificateState !== 'Unexpired') found.set(state.accountId, state)
  return found
}

/** Whether an account holds a certificate, expired or not. */
const holdsCertificate = (state: KubeconfigState | undefined): state is KubeconfigState =>
  state !== undefined && state.certificateState !== 'Removed' && state.certificateState !== 'Unissued'

/** Which accounts' grants a selection needs, before the kubeconfigs are known. */
export const isWanted =
  (selection: AccountSelection, {byId}: AccountTable): ((userId: string) => boolean) =>
  (userId) => {
    if (selection.of === 'named') return selection.userIds.has(userId)
    return selection.of === 'everybody' || !byId.has(userId)
  }

/**
 * Puts grants and certificates together: who has rights and who holds a certificate, in one list.
 *
 * @param states - undefined if they could not be read
 * @returns deleted accounts first, then by ID, then by binding
 */
export const joinPermissions = (
  grants: readonly Grant[],
  states: KubeconfigStates | undefined,
  selection: AccountSelection,
  table: AccountTable,
): readonly Permission[] => {
  const wanted = isWanted(selection, table)
  const granted = new Set(grants.map(({userId}) => userId))
  const certificateOf = (userId: string): HeldCertificate | undefined => {
    if (!states) return undefined
    const state = states.get(userId)
    return holdsCertificate(state)
      ? {state: state.certificateState || 'Unknown', expiresAt: state.expiresAt}
      : {state: 'None', expiresAt: ''}
  }
  const accountOf = (userId: string): Account => lookUpAccount(userId, table, states?.get(userId))
  const certificatesAlone = [...(states?.values() ?? [])].filter(
    (state) => holdsCertificate(state) && !granted.has(state.accountId) && wanted(state.accountId),
  )
  return [
    ...grants.map((grant) => ({
      account: accountOf(grant.userId),
      grant,
      certificate: certificateOf(grant.userId),
    })),
    ...certificatesAlone.map(({accountId}) => ({
      account: accountOf(accountId),
      grant: undefined,
      certificate: certificateOf(accountId),
    })),
  ].toSorted(inOrder)
}

const inOrder = (one: Permission, other: Permission): number =>
  Number(isOutsideAccount(other.account)) - Number(isOutsideAccount(one.account)) ||
  compareIds(one.account.id, other.account.id) ||
  compareTexts(bindingText(one), bindingText(other))

const bindingText = ({grant}: Permission): string => (grant ? `${describeBinding(grant)} ${grant.subject}` : '')

/** By value, though IDs are too long for a number. */
const compareIds = (one: string, other: string): number => one.length - other.length || compareTexts(one, other)

/** By code unit, the same on every machine. */
const compareTexts = (one: string, other: string): number => (one < other ? -1 : Number(one > other))
