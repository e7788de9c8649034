import {withinTimeout} from '../../base/deadline.ts'
import {AckError} from '../../base/errors.ts'
import {forEachOf} from '../../base/for-each-of.ts'
import {whyUnusable} from '../../container-service/cluster-state.ts'
import type {Cluster} from '../../container-service/clusters.ts'
import type {DesiredCluster, NamedCluster} from '../../kubeconfig/entries/desired-entries.ts'
import {entryNames} from '../../kubeconfig/entries/entry-names.ts'
import {mergeClusters, type MergeQuestions} from '../../kubeconfig/merge/merge-clusters.ts'
import type {UpdateOptions} from '../../options/update-options.ts'
import {checkCommands, commandForThisMachine} from '../entry-command.ts'
import {warnOfVariables} from '../get-kubeconfig.ts'
import type {Invocation} from '../invocation.ts'
import {
  askCluster,
  describeCluster,
  mergedOutcome,
  type ClusterOutcome,
  type UpdateResult,
} from '../update-kubeconfig.ts'
import {checkNames} from './check-names.ts'
import {AT_ONCE, listFleet, type Fleet, type FleetCluster} from './list-fleet.ts'
import {findGone} from './prune.ts'

/** How far the fetching is. */
export interface FleetProgress {
  readonly done: number
  readonly failed: number
  readonly total: number
}

/** Who watches the fetching. */
export interface FleetWatch {
  readonly tell: (progress: FleetProgress) => void
  /** Runs the fetching, which ends early once its signal is aborted. */
  readonly interruptible: <T>(run: (interrupted: AbortSignal) => Promise<T>) => Promise<T>
}

/** What was answered for a cluster. */
type Answer = {readonly cluster: Cluster} & (
  | {readonly desired: DesiredCluster; readonly uid: string}
  | {readonly error: AckError}
  | {readonly reason: string}
)

/**
 * Runs update-kubeconfig --all: fetches all clusters that the identity can see, or those of them that are wanted, and
 * merges what could be fetched. Clusters that cannot be used are skipped.
 *
 * @param watch - is told how far it is, and may end it before anything is written
 * @throws AckError `Cancelled` if the fetching was interrupted; what the source throws; what the Container Service
 *   answers to the list; `InvalidOption` if names are not unique; what merging throws
 */
export const updateFleet = async (
  options: UpdateOptions,
  context: Invocation,
  questions: MergeQuestions,
  watch: FleetWatch,
): Promise<UpdateResult> => {
  const selection = await context.selection()
  const fleet = await listFleet(context, true)
  const chosen = fleet.clusters.filter(({cluster}) => options.filter?.(cluster) ?? true)
  const profile = selection.profile?.name
  const usable = chosen.filter(({cluster}) => whyUnusable(cluster.state) === undefined)
  checkNames(
    usable.map(({cluster}) => named(cluster, profile)),
    options,
  )
  const settled = {...options, ...(await commandForThisMachine(options, context))}
  const fetched = await watch.interruptible((interrupted) =>
    fetchAll(usable, fleet, settled, profile, {tell: watch.tell, interrupted}),
  )
  const answers = chosen.map(({cluster}) => fetched.get(cluster.id) ?? skipped(cluster))
  warnOfVariables(selection, context)
  const wanted = answers.flatMap((answer) => ('desired' in answer ? [answer.desired] : []))
  const uid = answers.flatMap((answer) => ('uid' in answer ? [answer.uid] : []))[0]
  const findStale = options.prunes ? findGone(fleet, {wanted, uid}, settled, context) : undefined
  const checks = {checkCommands: checkCommands(options, context), findStale}
  const merged = await mergeClusters(wanted, options, context, questions, checks)
  const outcomes = answers.map((answer): ClusterOutcome => {
    const {cluster} = answer
    if ('desired' in answer) return mergedOutcome(cluster, answer.desired, merged)
    return 'error' in answer
      ? {cluster, result: 'failed', error: answer.error}
      : {cluster, result: 'skipped', reason: answer.reason}
  })
  return {outcomes, merged}
}

const named = ({id, name, region}: Cluster, profile: string | undefined): NamedCluster => ({id, name, region, profile})

const skipped = (cluster: Cluster): Answer => ({cluster, reason: whyUnusable(cluster.state) ?? ''})

/** By the IDs of the clusters. */
const fetchAll = async (
  clusters: readonly FleetCluster[],
  {caller}: Fleet,
  options: UpdateOptions,
  profile: string | undefined,
  {tell, interrupted}: Pick<FleetWatch, 'tell'> & {readonly interrupted: AbortSignal},
): Promise<ReadonlyMap<string, Answer>> => {
  let [done, failed] = [0, 0]
  const total = clusters.length
  const answers = await forEachOf(clusters, AT_ONCE, async ({cluster, context}): Promise<Answer> => {
    // Each has the time that one alone would have: how many there are is not the user's to reckon.
    const answer = await caller(interrupted)
      .then((credentials) =>
        withinTimeout(
          context.options.timeoutMs,
          (signal) => askCluster(named(cluster, profile), options, credentials, context, signal),
          interrupted,
        ),
      )
      .then((asked): Answer => ({cluster, ...asked}))
      .catch((error: unknown): Answer => ({cluster, error: asAckError(error)}))
    if (interrupted.aborted) throw new AckError('Cancelled', 'stopped: nothing was written')
    done += 1
    if ('error' in answer) failed += 1
    context.log.debug(`cluster ${done} of ${total}: ${describeCluster(cluster)}${'error' in answer ? ': failed' : ''}`)
    tell({done, failed, total})
    return answer
  })
  const hasOwnNames = entryNames()
  return new Map(
    answers.map((answer) => [
      answer.cluster.id,
      'desired' in answer && !hasOwnNames(answer.desired) ? {cluster: answer.cluster, error: takenNames()} : answer,
    ]),
  )
}

const takenNames = (): AckError =>
  new AckError(
    'ServiceFailed',
    'the Container Service gives it the names of another cluster',
    "give it names of its own: --alias '{name}-{id}', and --user-alias likewise",
  )

const asAckError = (error: unknown): AckError => {
  if (AckError.is(error)) return error
  throw error
}
