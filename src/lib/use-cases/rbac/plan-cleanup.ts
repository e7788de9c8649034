import {AckError, rephrased} from '../../base/errors.ts'
import {forEachOf} from '../../base/for-each-of.ts'
import {inOrder} from '../../base/in-order.ts'
import type {Change, Plan} from '../../changes/plan.ts'
import {backupBase} from '../../rbac/backup.ts'
import {describeBinding} from '../../rbac/bindings.ts'
import {readCaller} from '../../rbac/caller.ts'
import {lookUpAccount, readAccounts, type Account, type AccountTable} from '../../rbac/accounts.ts'
import type {Permission, AccountSelection} from '../../rbac/permissions.ts'
import {within} from '../../ram/call-ram.ts'
import {backUpBindings, type Backup} from './back-up-bindings.ts'
import {checkActivity, type ActivityFound} from './check-activity.ts'
import {chooseClusters, type ChosenCluster, type ChosenClusters} from './chosen-clusters.ts'
import {chooseDeleted, refuseOwn, refuseRoot} from './cleanup-limits.ts'
import {describeUser, endAccess} from './end-access.ts'
import {lookAtCluster, withNextStep, type ClusterView, type Look} from './look-at-cluster.ts'
import type {Operator} from './reach-cluster.ts'
import {describeShared, findShared, type SharedBinding} from './shared-bindings.ts'

/** What is to be cleaned up, as the command line names it. */
export interface CleanupRequest {
  /** Checked. */
  readonly clusterIds: readonly string[]
  /** Checked IDs; or all that are known to be deleted, within a limit. */
  readonly users: {readonly ids: readonly string[]} | {readonly deleted: {readonly max: number | undefined}}
  readonly force: boolean
  readonly privateAddress: boolean
  readonly backupDir: string
}

/** An account in a cluster whose access is going to end. */
export interface Target {
  readonly cluster: ChosenCluster
  readonly account: Account
  readonly permissions: readonly Permission[]
  /** Whether its certificate could be read. */
  readonly seesCertificate: boolean
  readonly activity: ActivityFound
}

/** What was looked up, and what is going to be done. */
export interface Cleanup {
  readonly plan: Plan
  readonly targets: readonly Target[]
  /** Others whose rights may go as well: the service decides what becomes of a binding. */
  readonly shared: readonly SharedBinding[]
  /** Undefined if there is nothing to back up. */
  readonly backup: Backup | undefined
  /** Why clusters are left out that should not be, or not even listed. */
  readonly failures: readonly AckError[]
  /** The clusters that are gone. */
  readonly skipped: ChosenClusters['skipped']
}

const AT_ONCE = 5

/**
 * Plans to end the access of accounts to clusters. Nothing is changed yet.
 *
 * @throws AckError `PreconditionFailed` for the caller, the root user, and too many accounts; `BackupUnusable`; what the
 *   services answer
 */
export const planCleanup = async (request: CleanupRequest, operator: Operator): Promise<Cleanup> => {
  const {clusterIds, users, force, privateAddress, backupDir} = request
  const identity = await within(operator, readCaller)
  if ('ids' in users) refuseOwn(users.ids, identity)
  const base = backupBase(backupDir, operator.context.runtime.now())
  const [table, {clusters, skipped, areMany, failure: ofList}] = await Promise.all([
    within(operator, (calling) => readAccounts(identity, calling)),
    chooseClusters(clusterIds, operator),
  ])
  const selection: AccountSelection =
    'ids' in users ? {of: 'named', userIds: new Set(users.ids)} : {of: 'not in this account'}
  const seen = await lookAtAll(clusters, {selection, table, privateAddress}, operator)
  const usable = seen.filter(({failure}) => failure === undefined)
  const failures = [...(ofList ? [ofList] : []), ...seen.flatMap(({failure}) => failure ?? [])]
  const [first] = failures
  if (first && (usable.length === 0 || !areMany)) throw first
  const chosen = 'ids' in users ? ofNamed(users.ids, usable, table) : ofDeleted(usable, table, users.deleted.max)
  refuseRoot(chosen)
  const targets = await withActivity(chosen, operator)
  const backup = backupOf(targets, base, {privateAddress}, operator)
  const shared = findShared(targets)
  const plan = {
    purpose: purposeOf(targets, shared, force),
    warnings: [
      ...failures.map((failure) => (failure === ofList ? failure.message : `left out: ${failure.message}`)),
      ...skipped.map(({cluster, reason}) => `left out: cluster ${cluster.id}: ${reason}`),
      ...shared.map((one) => `${describeShared(one)}: the service may remove the whole binding`),
      ...warningsOf(usable, targets, force),
    ],
    changes: changesOf(targets, backup, {table, privateAddress, force}, operator),
  }
  return {plan, targets, shared, backup, failures, skipped}
}

interface SeenCluster {
  readonly cluster: ChosenCluster
  readonly view: ClusterView
  readonly failure: AckError | undefined
}

/** A cluster whose bindings cannot all be read is left out: they could not be backed up. */
const lookAtAll = async (
  clusters: readonly ChosenCluster[],
  look: Look,
  operator: Operator,
): Promise<readonly SeenCluster[]> => {
  const seen: SeenCluster[] = []
  const views = inOrder(clusters, {atOnce: AT_ONCE, ahead: AT_ONCE * 4}, async (cluster) => ({
    cluster,
    view: await lookAtCluster(cluster.id, look, operator),
  }))
  for await (const {cluster, view} of views) {
    const [ofBindings] = view.bindingFailures
    const failure = ofBindings ?? (look.selection.of === 'named' ? undefined : view.stateFailure)
    const message = `cluster ${cluster.id}: ${failure?.message}`
    // Without the service's word nobody is known to be deleted, but anybody can be named.
    const step = ofBindings ? ofBindings.nextStep : `${failure?.nextStep}; or name the accounts with --user-id`
    seen.push({cluster, view, failure: failure && rephrased(failure, message, step)})
  }
  return seen
}

type Chosen = Omit<Target, 'activity' | 'seesCertificate'> & {readonly view: ClusterView}

const ofNamed = (ids: readonly string[], seen: readonly SeenCluster[], table: AccountTable): readonly Chosen[] =>
  seen.flatMap(({cluster, view}) =>
    ids.map((id) => ({
      cluster,
      view,
      account: lookUpAccount(id, table, view.states?.get(id)),
      permissions: view.permissions.filter(({account}) => account.id === id),
    })),
  )

const ofDeleted = (seen: readonly SeenCluster[], table: AccountTable, max: number | undefined): readonly Chosen[] => {
  const deleted = chooseDeleted(
    seen.flatMap(({view}) => view.permissions.map(({account}) => account)),
    table,
    max,
  )
  return seen.flatMap(({cluster, view}) =>
    deleted.flatMap((account) => {
      const permissions = view.permissions.filter((permission) => permission.account.id === account.id)
      return permissions.length > 0 ? [{cluster, view, account, permissions}] : []
    }),
  )
}

const withActivity = (chosen: readonly Chosen[], operator: Operator): Promise<readonly Target[]> =>
  forEachOf(chosen, AT_ONCE, async ({cluster, account, permissions, view}) => {
    const activity = await checkActivity({clusterId: cluster.id, userId: account.id}, operator)
    return {cluster, account, permissions, seesCertificate: view.states !== undefined, activity}
  })

const purposeOf = (targets: readonly Target[], shared: readonly SharedBinding[], force: boolean): string => {
  const users = [...new Map(targets.map(({account}) => [account.id, account])).values()]
  const clusters = [...new Set(targets.map(({cluster}) => cluster.id))]
  const who = users.length === 1 && users[0] ? describeUser(users[0]) : `${users.length} accounts`
  const where = clusters.length === 1 ? `cluster ${clusters[0]}` : `${clusters.length} clusters`
  const others = shared.length > 0 ? `, and perhaps of others who share ${shared.length} of the bindings` : ''
  return `end the access of ${who} to ${where}${others}${force ? ', even if it is in use' : ''}`
}

const warningsOf = (seen: readonly SeenCluster[], targets: readonly Target[], force: boolean): readonly string[] => [
  ...seen.flatMap(({view, cluster}) =>
    view.stateFailure
      ? [`whether a certificate for cluster ${cluster.id} is left cannot be read: ${withNextStep(view.stateFailure)}`]
      : [],
  ),
  ...targets.flatMap(({account, cluster, permissions, activity}) => {
    const who = `${describeUser(account)} in cluster ${cluster.id}`
    const names = permissions.flatMap(({grant}) => (grant ? [describeBinding(grant)] : []))
    return [
      ...(activity.state === 'active' ? [`${who} was ${activity.why}`] : []),
      ...(activity.state === 'unknown' ? [`whether ${who} was active lately is not known: ${activity.why}`] : []),
      ...(account.state === 'active' ? [`${describeUser(account)} exists: it can have a new kubeconfig issued`] : []),
      ...(names.length === 0 ? [`no binding of ${who} was found; the call is made all the same`] : []),
    ]
  }),
  ...(targets.length > 0 ? ['a certificate cannot be given back; bindings can, from the backup'] : []),
  ...(force ? ['--force: the service does not look whether the access is in use'] : []),
]

const backupOf = (
  targets: readonly Target[],
  base: string,
  route: Pick<Look, 'privateAddress'>,
  operator: Operator,
): Backup | undefined => {
  const backedUp = [...new Set(targets.map(({cluster}) => cluster.id))].flatMap((clusterId) => {
    const here = targets.filter(({cluster}) => cluster.id === clusterId)
    const names = here.flatMap(({permissions}) =>
      permissions.flatMap(({grant}) => (grant ? describeBinding(grant) : [])),
    )
    const userIds = new Set(here.map(({account}) => account.id))
    return names.length > 0 ? [{clusterId, userIds, count: new Set(names).size}] : []
  })
  return backedUp.length > 0 ? backUpBindings(base, backedUp, route, operator) : undefined
}

const changesOf = (
  targets: readonly Target[],
  backup: Backup | undefined,
  {table, privateAddress, force}: Omit<Look, 'selection'> & {readonly force: boolean},
  operator: Operator,
): readonly Change[] => [
  ...(backup ? [backup.change] : []),
  ...targets.map(({cluster, account, permissions, seesCertificate}) =>
    endAccess(
      {clusterId: cluster.id, account, permissions, seesCertificate, force, backup},
      {table, privateAddress},
      operator,
    ),
  ),
]

/** The refusal to go on where accounts were active in the last seven days, with all of them; undefined if none was. */
export const refusalOfActive = (targets: readonly Target[], isDryRun: boolean): AckError | undefined => {
  const active = targets.filter(({activity}) => activity.state === 'active')
  if (active.length === 0) return undefined
  const told = active.map(
    ({account, cluster, activity}) => `${describeUser(account)} in cluster ${cluster.id}: ${activity.why}`,
  )
  return new AckError(
    'PreconditionFailed',
    `nothing ${isDryRun ? 'would be' : 'was'} done, since the access is in use: ${told.join('; ')}`,
    'find out what still uses it, leave that cluster or account out, or pass --force besides',
  )
}
