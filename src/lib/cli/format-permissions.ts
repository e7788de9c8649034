import type {JsonObject} from '../base/json-object.ts'
import {printable} from '../base/printable.ts'
import type {AccountState} from '../rbac/accounts.ts'
import {describeBinding, type BindingName} from '../rbac/bindings.ts'
import type {HeldCertificate, Permission} from '../rbac/permissions.ts'
import type {ChosenCluster} from '../use-cases/rbac/chosen-clusters.ts'
import type {ClusterScan} from '../use-cases/rbac/scan.ts'
import {textTable} from './text-table.ts'

const SUFFIXES: Readonly<Record<AccountState, string>> = {
  active: '',
  inactive: '',
  deleted: ' (deleted)',
  'other account': ' (not in this account)',
  'not in this account': ' (not in this account)',
  unknown: ' (unknown)',
}

/** How a table of permissions looks. */
export interface TableLook {
  /** With the role and the subject of each binding. */
  readonly isWide: boolean
  /** Whether accounts that are gone are red. */
  readonly isColoured: boolean
}

/** A title, and what stands below it. */
type Column = readonly [title: string, cell: (permission: Permission) => string]

const CERTIFICATE: Column = ['Certificate', ({certificate}) => describeCertificate(certificate)]

const WIDE_COLUMNS: readonly Column[] = [
  ['Role', ({grant}) => (grant ? `${grant.roleKind}/${grant.roleName}` : '')],
  ['Subject', ({grant}) => grant?.subject ?? ''],
]

/**
 * The permissions in one cluster as a table, whose first four columns are those of the Go tool. The certificates have a
 * column if they were read.
 *
 * @returns text with a final newline
 */
export const permissionTable = (
  {permissions, seen}: Pick<ClusterScan, 'permissions' | 'seen'>,
  {isWide, isColoured}: TableLook,
): string => {
  const columns: readonly Column[] = [
    ['UID', ({account}) => `${account.id}${SUFFIXES[account.state]}`],
    ['UserType', ({account}) => account.type],
    ['UserName', ({account}) => account.name],
    ['Binding', ({grant}) => (grant ? describeBinding(grant) : seen.bindings ? 'none' : 'could not be read')],
    ...(seen.certificates ? [CERTIFICATE] : []),
    ...(isWide ? WIDE_COLUMNS : []),
  ]
  const table = textTable(
    [columns.map(([title]) => title), ...permissions.map((row) => columns.map(([, cell]) => cell(row)))],
    {gap: 2, empty: ''},
  )
  return isColoured ? table.replaceAll(/^\S+ \([a-z ]+\)/gm, '\u001B[1;31m$&\u001B[0m') : table
}

const describeCertificate = (certificate: HeldCertificate | undefined): string => {
  if (!certificate) return ''
  const {state, expiresAt} = certificate
  return expiresAt === '' ? state : `${state} (${expiresAt})`
}

/** Whether an account is deleted; null if nothing proves the one or the other. */
const isDeleted = (state: AccountState): boolean | null => {
  if (state === 'deleted') return true
  return state === 'not in this account' || state === 'unknown' ? null : false
}

/** One permission, for programs. */
export const permissionRecord = (
  {id: clusterId, name: clusterName}: ChosenCluster,
  {account, grant, certificate}: Permission,
): JsonObject => ({
  clusterId,
  clusterName,
  userId: account.id,
  userType: account.type,
  userName: account.name,
  accountState: account.state,
  deleted: isDeleted(account.state),
  binding: grant ? bindingRecord(grant) : null,
  roleRef: grant ? {kind: grant.roleKind, name: grant.roleName} : null,
  subject: grant?.subject ?? null,
  certificate: certificate ? {state: certificate.state, expiresAt: certificate.expiresAt || null} : null,
})

/** A binding by its name, for programs. */
export const bindingRecord = ({kind, namespace, name}: BindingName): JsonObject => ({kind, namespace, name})

/** What came of one cluster, for programs. */
export const clusterRecord = ({cluster, result, unseen}: ClusterScan): JsonObject => ({
  clusterId: cluster.id,
  clusterName: cluster.name,
  regionId: cluster.region,
  result,
  unseen,
})

const CSV_TITLES = [
  'cluster_id',
  'cluster_name',
  'user_id',
  'user_type',
  'user_name',
  'account_state',
  'deleted',
  'binding_kind',
  'binding_namespace',
  'binding_name',
  'role_kind',
  'role_name',
  'subject',
  'certificate_state',
  'certificate_expires_at',
]

/** The first line of a list of permissions as CSV (RFC 4180, but with LF). */
export const csvTitles = (): string => csvLine(CSV_TITLES)

/** One permission as a line of CSV. */
export const csvPermission = (cluster: ChosenCluster, {account, grant, certificate}: Permission): string =>
  csvLine([
    cluster.id,
    cluster.name,
    account.id,
    account.type,
    account.name,
    account.state,
    String(isDeleted(account.state) ?? ''),
    grant?.kind ?? '',
    grant?.namespace ?? '',
    grant?.name ?? '',
    grant?.roleKind ?? '',
    grant?.roleName ?? '',
    grant?.subject ?? '',
    certificate?.state ?? '',
    certificate?.expiresAt ?? '',
  ])

const csvLine = (cells: readonly string[]): string => `${cells.map(csvCell).join(',')}\n`

/**
 * Others may have chosen these names: one with a line break would look like a line of its own, and a spreadsheet would
 * take a cell that begins like a formula for one.
 */
const csvCell = (text: string): string => {
  const line = printable(text)
  const safe = /^\s*[=+\-@＝＋－＠]/.test(line) ? `'${line}` : line
  return /[",;]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
