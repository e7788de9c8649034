import type {JsonObject} from '../base/json-object.ts'
import type {Cleanup, Target} from '../use-cases/rbac/plan-cleanup.ts'
import type {Losses, SharedBinding} from '../use-cases/rbac/shared-bindings.ts'
import {bindingRecord, permissionRecord, permissionTable} from './format-permissions.ts'

/** What a cleanup has found, for a person: the bindings of each cluster, and whether they are in use. */
export const cleanupFindings = (targets: readonly Target[]): string =>
  byCluster(targets)
    .map(([clusterId, here]) => {
      const seen = {bindings: true, certificates: here.some(({seesCertificate}) => seesCertificate)}
      const permissions = here.flatMap((target) => target.permissions)
      const activities = here.map(({account, activity}) => `  ${account.id}: ${activity.why}\n`)
      return [
        `ClusterId: ${clusterId}\n`,
        permissionTable({permissions, seen}, {isWide: true, isColoured: false}),
        'Activity:\n',
        ...activities,
      ].join('')
    })
    .join('')

const byCluster = (targets: readonly Target[]): readonly (readonly [string, readonly Target[]])[] => {
  const clusters = new Map<string, Target[]>()
  for (const target of targets) {
    const here = clusters.get(target.cluster.id)
    if (here) here.push(target)
    else clusters.set(target.cluster.id, [target])
  }
  return [...clusters]
}

/** The same for programs, with the folder of the backup: the one that was written, or with --dry-run would be. */
export const cleanupData = (
  {targets, shared, backup, failures, skipped}: Cleanup,
  losses: Losses | undefined,
  isDryRun: boolean,
): JsonObject => ({
  permissions: targets.flatMap(({cluster, permissions}) => permissions.map((one) => permissionRecord(cluster, one))),
  activity: targets.map(({cluster, account, activity}) => ({
    clusterId: cluster.id,
    userId: account.id,
    state: activity.state,
    why: activity.why,
  })),
  shared: shared.map(sharedRecord),
  lost: losses?.lost.map(sharedRecord) ?? null,
  backup: backup && (isDryRun || backup.isWritten()) ? backup.path() : null,
  leftOut: failures.map(({code, message}) => ({code, message})),
  skipped: skipped.map(({cluster, reason}) => ({clusterId: cluster.id, why: reason})),
})

const sharedRecord = ({clusterId, binding, others}: SharedBinding): JsonObject => ({
  clusterId,
  binding: bindingRecord(binding),
  others,
})
