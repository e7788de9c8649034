import {Args} from '@oclif/core'

import {AckCommand} from '../../lib/cli/ack-command.ts'
import type {CommandNeeds} from '../../lib/cli/ask-missing.ts'
import {oclifFlags} from '../../lib/cli/flags.ts'
import {EXAMPLE_ID} from '../../lib/cli/help/example-id.ts'
import {checkedUserIds, operatorOf} from '../../lib/cli/rbac-inputs.ts'
import {endPlan, planOptions, runPlan} from '../../lib/cli/run-plan.ts'
import {AckError, rephrased} from '../../lib/base/errors.ts'
import {RBAC_RESTORE_OPTIONS} from '../../lib/options/rbac-definitions.ts'
import {optionReader} from '../../lib/options/option-reader.ts'
import type {ClusterBindings} from '../../lib/rbac/backup.ts'
import {readBindingsBackup} from '../../lib/rbac/read-backup.ts'
import {planRestore, withoutUsers} from '../../lib/use-cases/rbac/plan-restore.ts'

export default class RbacRestoreUserPermissions extends AckCommand {
  static override summary = 'Give bindings back from the backup of cleanup-user-permissions'

  static override description =
    'Makes the bindings of a backup again that are gone, and adds the subjects that are missing from the others; it takes nothing away. Certificates cannot be restored. Requires the RAM permission cs:DescribeClusterUserKubeconfig, and in each cluster the right to create and change bindings.'

  static override usage = '<%= command.id %> <dir> [flags]'

  static override examples = [
    {
      description: 'See what would change',
      command: '<%= config.bin %> <%= command.id %> rbac-backup-20260102T030405Z --dry-run',
    },
    {
      description: 'Restore the bindings of one cluster',
      command: `<%= config.bin %> <%= command.id %> rbac-backup-20260102T030405Z -c ${EXAMPLE_ID}`,
    },
    {
      description: 'Give rights back to all but the account that was cleaned up',
      command: '<%= config.bin %> <%= command.id %> rbac-backup-20260102T030405Z --without-user-id 200000000000000003',
    },
  ]

  static override options = RBAC_RESTORE_OPTIONS

  static override flags = oclifFlags(RBAC_RESTORE_OPTIONS)

  static override args = {
    dir: Args.string({description: 'Folder of the backup, or the folder of one cluster in it', required: true}),
  }

  override needs(): CommandNeeds {
    return {credentials: true, clusterId: 'if given'}
  }

  /** An empty text, of a variable that is not set say, would be the current directory. */
  #dir(): string {
    const dir = this.argument('dir')
    if (dir.trim() !== '') return dir
    throw new AckError(
      'InvalidUsage',
      'the folder of the backup is missing',
      'pass the folder of the backup, or ./ for this one',
    )
  }

  async run(): Promise<void> {
    const invocation = await this.invocation()
    const read = optionReader(RBAC_RESTORE_OPTIONS, {...invocation.inputs, execInfo: {}})
    const leftOutIds = new Set(checkedUserIds(read.list('without-user-id'), '--without-user-id'))
    const backup = withoutUsers(leftOutIds, ofClusters(read.list('cluster-id'), readBindingsBackup(this.#dir())))
    const route = {privateAddress: read.flag('private-address')}
    const {plan, failures} = await planRestore(backup, route, await operatorOf(invocation))
    const options = planOptions(read)
    const ending = await runPlan(plan, options, invocation)
    if (plan.changes.length === 0 && failures.length === 0) invocation.log.info('nothing to do: all bindings are there')
    await invocation.log.flush()
    const failure = ending.failure ?? notRestored(failures, options.dryRun)
    const leftOut = failures.map(({code, message}) => ({code, message}))
    await endPlan({...ending, ...(failure ? {failure} : {})}, options, {leftOut})
  }
}

/** The others are restored; that these are not has to be an error, of a dry run as well. */
const notRestored = (failures: readonly AckError[], isDryRun: boolean): AckError | undefined => {
  const [first] = failures
  const what = isDryRun ? 'would not be restored' : 'not restored'
  return first && rephrased(first, `${what}: ${failures.map(({message}) => message).join('; ')}`)
}

/** A backup is restored into the clusters that it is of, and into no others. */
const ofClusters = (ids: readonly string[], backup: readonly ClusterBindings[]): readonly ClusterBindings[] => {
  const known = backup.map(({clusterId}) => clusterId)
  const foreign = ids.filter((id) => !known.includes(id))
  if (foreign.length > 0)
    throw new AckError(
      'InvalidUsage',
      `the backup has no bindings of cluster ${foreign.join(', ')}`,
      `it has those of ${known.join(', ')}`,
    )
  return ids.length === 0 ? backup : backup.filter(({clusterId}) => ids.includes(clusterId))
}
