import {AckCommand} from '../../lib/cli/ack-command.ts'
import {cleanupData, cleanupFindings} from '../../lib/cli/cleanup-report.ts'
import {oclifFlags} from '../../lib/cli/flags.ts'
import {EXAMPLE_ID} from '../../lib/cli/help/example-id.ts'
import {checkedUserIds, neededClusterIds, operatorOf, readMax} from '../../lib/cli/rbac-inputs.ts'
import {endPlan, planOptions, runPlan} from '../../lib/cli/run-plan.ts'
import {shellWord} from '../../lib/base/shell-words.ts'
import {AckError, rephrased} from '../../lib/base/errors.ts'
import {RBAC_CLEANUP_OPTIONS, RBAC_RESTORE_OPTIONS} from '../../lib/options/rbac-definitions.ts'
import {suggestedCommand} from '../../lib/options/suggested-command.ts'
import {optionReader} from '../../lib/options/option-reader.ts'
import type {Invocation} from '../../lib/use-cases/invocation.ts'
import {findLosses, lossError} from '../../lib/use-cases/rbac/shared-bindings.ts'
import {planCleanup, refusalOfActive, type Cleanup, type CleanupRequest} from '../../lib/use-cases/rbac/plan-cleanup.ts'

export default class RbacCleanupUserPermissions extends AckCommand {
  static override summary = 'End the access of an account to clusters: its certificate and its bindings'

  static override description =
    'Has the Container Service take away the kubeconfig and the RBAC bindings of exactly the accounts that are named, after a backup of the bindings that restore-user-permissions and kubectl apply take. Access that was used in the last seven days stops it, unless --force is passed besides. Requires the RAM permissions cs:CleanClusterUserPermissions, cs:DescribeUserClusterActivityState, cs:ListClusterKubeconfigStates, cs:DescribeClusterUserKubeconfig, ram:ListUsers and ram:ListRoles, for all clusters cs:DescribeClustersV1, and in each cluster the right to list bindings.'

  static override usage = '<%= command.id %> -c <id> (-u <id>|--deleted) [flags]'

  static override examples = [
    {
      description: 'See what would change',
      command: `<%= config.bin %> <%= command.id %> -c ${EXAMPLE_ID} -u 200000000000000003 --dry-run`,
    },
    {
      description: 'End the access of an account to all clusters',
      command: '<%= config.bin %> <%= command.id %> -c all -u 200000000000000003',
    },
    {
      description: 'Of all accounts that are deleted, if there are no more than three',
      command: '<%= config.bin %> <%= command.id %> -c all --deleted --max 3',
    },
  ]

  static override options = RBAC_CLEANUP_OPTIONS

  static override flags = oclifFlags(RBAC_CLEANUP_OPTIONS)

  async run(): Promise<void> {
    const invocation = await this.invocation()
    const {log} = invocation
    const read = optionReader(RBAC_CLEANUP_OPTIONS, invocation.inputs)
    const request = readRequest(invocation)
    const operator = await operatorOf(invocation)
    const cleanup = await planCleanup(request, operator)
    const {targets, backup} = cleanup
    const options = {
      ...planOptions(read),
      ...(request.force ? {questions: ['Also if the access is in use (--force)?']} : {}),
    }
    const refusal = request.force ? undefined : refusalOfActive(targets, options.dryRun)
    if (!options.dryRun) {
      if (refusal) throw refusal
      backup?.tryOut()
    }
    const ending = await runPlan({...cleanup.plan, findings: cleanupFindings(targets)}, options, invocation)
    if (targets.length === 0)
      log.info(`nothing to do: ${'ids' in request.users ? 'there is no cluster' : 'no account is known to be deleted'}`)
    const restore = (...more: readonly string[]): string =>
      suggestedCommand(
        ['rbac', 'restore-user-permissions', backup?.path() ?? '', ...more],
        RBAC_RESTORE_OPTIONS,
        invocation,
      )
    if (backup?.isWritten()) {
      const folder = shellWord(backup.path(), invocation.runtime.platform)
      log.info(`backup: ${backup.path()}`)
      log.info(`to restore the bindings: ${restore()}`)
      log.info(`or with kubectl, one cluster at a time: kubectl apply -f ${folder}/<clusterId>`)
    }
    if (ending.isChanged && !ending.failure) log.info(readBack(cleanup))
    await log.flush()
    // Whoever has pressed Ctrl-C does not wait for more.
    const isLookedAt = backup !== undefined && ending.failure?.code !== 'Cancelled'
    const losses = isLookedAt ? await findLosses(targets, backup, request, operator) : undefined
    const failure = joined([
      ending.failure ?? refusal,
      losses && lossError(losses, restore(...withoutAccounts(cleanup))),
      ending.failure ? undefined : leftOut(cleanup, options.dryRun),
    ])
    const more = cleanupData(cleanup, losses, options.dryRun)
    await endPlan({...ending, ...(failure ? {failure} : {})}, options, more)
  }
}

const withoutAccounts = ({targets}: Cleanup): readonly string[] =>
  [...new Set(targets.map(({account}) => account.id))].flatMap((id) => ['--without-user-id', id])

/** What went wrong in several ways is one error, of the kind of the first. */
const joined = (failures: readonly (AckError | undefined)[]): AckError | undefined => {
  const all = failures.filter((failure) => failure !== undefined)
  const [first] = all
  if (!first || all.length === 1) return first
  const steps = all.map(({nextStep}) => nextStep).filter(Boolean)
  return rephrased(first, all.map(({message}) => message).join('. '), steps.join('; then '))
}

const readBack = ({targets, failures}: Cleanup): string => {
  const where = failures.length > 0 ? ' in the clusters that were done' : ''
  return targets.every(({seesCertificate}) => seesCertificate)
    ? `read back: no binding and no certificate of it is left${where}`
    : `read back: no binding of it is left${where}; whether a certificate is cannot be read`
}

/** Reads and checks what is asked for, before any call. Clusters and accounts are taken from the command line alone. */
const readRequest = ({inputs}: Invocation): CleanupRequest => {
  const read = optionReader(RBAC_CLEANUP_OPTIONS, {...inputs, execInfo: {}})
  const clusterIds = neededClusterIds(read.list('cluster-id'))
  const ids = checkedUserIds(read.list('user-id'))
  const isDeleted = read.flag('deleted')
  const max = read.text('max')
  if (ids.length > 0 === isDeleted)
    throw new AckError(
      'InvalidUsage',
      isDeleted ? '--user-id and --deleted exclude each other' : '--user-id is missing',
      'pass --user-id <id>, or --deleted for all accounts that are known to be deleted',
    )
  if (max && !isDeleted) throw new AckError('InvalidUsage', '--max is for --deleted alone', 'leave --max out')
  return {
    clusterIds,
    users: isDeleted ? {deleted: {max: max && readMax(max.value)}} : {ids},
    force: read.flag('force'),
    privateAddress: read.flag('private-address'),
    backupDir: read.text('backup-dir')?.value ?? '.',
  }
}

/** The others are done; that these are not has to be an error, of a dry run as well. */
const leftOut = ({failures}: Cleanup, isDryRun: boolean): AckError | undefined => {
  const [first] = failures
  if (!first) return undefined
  const done = `not all clusters ${isDryRun ? 'would be' : 'were'} done`
  return rephrased(first, `${done}: ${failures.map(({message}) => message).join('; ')}`)
}
