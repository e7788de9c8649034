import {AckCommand} from '../../lib/cli/ack-command.ts'
import {oclifFlags} from '../../lib/cli/flags.ts'
import {EXAMPLE_ID} from '../../lib/cli/help/example-id.ts'
import {checkedUserIds, neededClusterIds, operatorOf} from '../../lib/cli/rbac-inputs.ts'
import {scanWriter, type ScanFormat} from '../../lib/cli/write-scan.ts'
import {RBAC_SCAN_OPTIONS} from '../../lib/options/rbac-definitions.ts'
import {optionReader} from '../../lib/options/option-reader.ts'
import {within} from '../../lib/ram/call-ram.ts'
import {readCallerAndAccounts} from '../../lib/rbac/accounts.ts'
import type {AccountSelection} from '../../lib/rbac/permissions.ts'
import type {Invocation} from '../../lib/use-cases/invocation.ts'
import {chooseClusters} from '../../lib/use-cases/rbac/chosen-clusters.ts'
import {scanClusters, scanFailure, type ClusterScan, type ScanResult} from '../../lib/use-cases/rbac/scan.ts'

export default class RbacScanUserPermissions extends AckCommand {
  static override summary = 'List who has rights in clusters, and who holds a certificate for them'

  static override description =
    'Lists the RBAC bindings of RAM users and RAM roles, and the certificates that were issued to them: by default of accounts that are not in this Alibaba Cloud account any more. Changes nothing. Requires the RAM permissions cs:DescribeClusterUserKubeconfig, cs:ListClusterKubeconfigStates, ram:ListUsers and ram:ListRoles, for all clusters cs:DescribeClustersV1, and in each cluster the right to list bindings.'

  static override usage = '<%= command.id %> --cluster-id <id> [flags]'

  static override examples = [
    {
      description: 'Accounts that are gone and still have access',
      command: `<%= config.bin %> <%= command.id %> -c ${EXAMPLE_ID}`,
    },
    {
      description: 'All accounts of all clusters, for a spreadsheet',
      command: '<%= config.bin %> <%= command.id %> -c all --all-users --output csv',
    },
    {
      description: 'One account in all clusters',
      command: '<%= config.bin %> <%= command.id %> -c all -u 200000000000000003',
    },
  ]

  static override options = RBAC_SCAN_OPTIONS

  static override flags = oclifFlags(RBAC_SCAN_OPTIONS)

  async run(): Promise<void> {
    const invocation = await this.invocation()
    const {log, runtime} = invocation
    const read = optionReader(RBAC_SCAN_OPTIONS, invocation.inputs)
    const clusterIds = neededClusterIds(read.list('cluster-id'))
    const selection = selectionOf(read.list('user-id'), read.flag('all-users'))
    const operator = await operatorOf(invocation)
    const [table, chosen] = await Promise.all([
      within(operator, readCallerAndAccounts),
      chooseClusters(clusterIds, operator),
    ])
    if (selection.of === 'not in this account')
      log.warn('only accounts that are not in this Alibaba Cloud account are listed: pass --all-users for all')
    const writer = await scanWriter(read.text('output')?.value as ScanFormat, {
      namesClusters: chosen.areMany,
      isColoured: runtime.stdoutIsTerminal && !runtime.env['NO_COLOR'],
    })
    const told = new Progress(chosen.clusters.length, chosen.areMany, invocation)
    await writer.begin()
    const look = {selection, table, privateAddress: read.flag('private-address')}
    for await (const scan of scanClusters(chosen, look, operator)) {
      await writer.add(scan)
      told.tell(scan)
    }
    const failure = scanFailure(told.scans, chosen.failure)
    await writer.end(told.scans, told.counts)
    told.summarize()
    await log.flush()
    if (failure) throw failure
  }
}

/** As in the Go tool, 0 stands for no limit. */
const selectionOf = (userIds: readonly string[], wantsAll: boolean): AccountSelection => {
  const named = checkedUserIds(userIds.filter((id) => id !== '0'))
  if (named.length > 0) return {of: 'named', userIds: new Set(named)}
  return {of: wantsAll ? 'everybody' : 'not in this account'}
}

/** Tells on stderr how it goes, and keeps what the end needs: without the permissions, which may be many. */
class Progress {
  readonly scans: ClusterScan[] = []
  readonly counts: Record<ScanResult, number> = {scanned: 0, incomplete: 0, failed: 0, skipped: 0}
  readonly #total: number
  readonly #areMany: boolean
  readonly #log: Invocation['log']

  constructor(total: number, areMany: boolean, {log}: Invocation) {
    this.#total = total
    this.#areMany = areMany
    this.#log = log
  }

  tell(scan: ClusterScan): void {
    const {cluster, result, permissions, unseen} = scan
    this.scans.push({...scan, permissions: []})
    this.counts[result] += 1
    const name = cluster.name === '' ? cluster.id : `${cluster.id} (${cluster.name})`
    for (const reason of unseen)
      this.#log.warn(`cluster ${name}: ${result === 'skipped' ? 'skipped:' : 'could not see'} ${reason}`)
    if (this.#areMany && result !== 'skipped')
      this.#log.info(`${this.scans.length} of ${this.#total}: cluster ${name}: ${permissions.length} permissions`)
  }

  summarize(): void {
    if (!this.#areMany) return
    const {scanned, incomplete, skipped, failed} = this.counts
    this.#log.info(`clusters: ${scanned} scanned, ${incomplete} incomplete, ${skipped} skipped, ${failed} failed`)
  }
}
