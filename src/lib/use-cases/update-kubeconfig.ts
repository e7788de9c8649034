import {withinTimeout} from '../base/deadline.ts'
import {textIn} from '../base/json-object.ts'
import {AckError} from '../base/errors.ts'
import {printable} from '../base/printable.ts'
import {describeClusterDetail} from '../container-service/cluster-detail.ts'
import type {Credentials} from '../credentials/credentials.ts'
import {desiredCluster, type DesiredCluster, type NamedCluster} from '../kubeconfig/entries/desired-entries.ts'
import {entryFlags, givenEntryFlags} from '../kubeconfig/entries/entry-flags.ts'
import {mergeClusters, type MergeQuestions, type MergeResult} from '../kubeconfig/merge/merge-clusters.ts'
import {entryKey} from '../kubeconfig/merge/merge-plan.ts'
import {requireClusterId} from '../options/exec-options.ts'
import type {GivenServer} from '../options/kubeconfig-options.ts'
import type {UpdateOptions} from '../options/update-options.ts'
import {checkCommands, commandForThisMachine} from './entry-command.ts'
import {askServerEntry, entryFor, givenServerEntry, warnOfVariables} from './get-kubeconfig.ts'
import type {Invocation} from './invocation.ts'

/** What update-kubeconfig has done, or would do. */
export interface UpdateResult {
  /** One for each cluster that was to be merged, in the order of the list. */
  readonly outcomes: readonly ClusterOutcome[]
  readonly merged: MergeResult
}

/** A cluster in messages. Name and region are empty where only the ID was given. */
export interface TargetCluster {
  readonly id: string
  readonly name: string
  readonly region: string
}

/** What became of a cluster. */
export type ClusterOutcome = {readonly cluster: TargetCluster} & (
  | {readonly result: 'updated' | 'unchanged'; readonly contextName: string; readonly command: string | undefined}
  | {readonly result: 'skipped'; readonly reason: string}
  | {readonly result: 'failed'; readonly error: AckError}
)

/**
 * Runs update-kubeconfig for one cluster: fetches its address and merges its entries into the user's kubeconfig.
 *
 * @throws AckError what the source throws, what the Container Service answers, and what merging throws
 */
export const updateKubeconfig = async (
  options: UpdateOptions,
  context: Invocation,
  questions: MergeQuestions,
): Promise<UpdateResult> => {
  const {named, desired} = await (options.givenServer
    ? desireGiven(options, options.givenServer, context)
    : desireAsked(options, context))
  const checks = {checkCommands: checkCommands(options, context)}
  const merged = await mergeClusters([desired], options, context, questions, checks)
  return {outcomes: [mergedOutcome(named, desired, merged)], merged}
}

interface Desired {
  readonly named: NamedCluster
  readonly desired: DesiredCluster
}

const desireAsked = async (options: UpdateOptions, context: Invocation): Promise<Desired> => {
  const selection = await context.selection()
  const clusterId = requireClusterId(context.inputs)
  const settled = {...options, ...(await commandForThisMachine(options, context))}
  const asked = await withinTimeout(context.options.timeoutMs, async (signal) => {
    const caller = await selection.source.load(signal)
    const details = isNamed(options) ? await askDetails(clusterId, caller, context, signal) : {name: '', region: ''}
    const named = {...details, id: clusterId, profile: selection.profile?.name}
    return {named, ...(await askCluster(named, settled, caller, context, signal))}
  })
  warnOfVariables(selection, context)
  return asked
}

/**
 * For a cluster whose address the user gives no service is asked, and its entries use the credentials found here, if
 * any.
 */
const desireGiven = async (options: UpdateOptions, given: GivenServer, context: Invocation): Promise<Desired> => {
  const clusterId = requireClusterId(context.inputs)
  const server = givenServerEntry(clusterId, given, context)
  const settled = {...options, ...(await commandForThisMachine(options, context))}
  const selection = await context.selection().catch((error: unknown) => {
    if (AckError.is(error) && error.code === 'CredentialsNotFound') return undefined
    throw error
  })
  if (selection) warnOfVariables(selection, context)
  const flags = selection
    ? entryFlags(selection, options.expectedIdentity?.value, context)
    : givenEntryFlags(options.expectedIdentity?.value, context)
  const named = {id: clusterId, name: '', region: '', profile: selection?.profile?.name}
  return {named, desired: desiredCluster(named, server, settled, flags)}
}

/** Whether the names of the entries are made of what only the Container Service knows. */
const isNamed = ({names}: UpdateOptions): boolean =>
  Object.values(names).some(
    (template) => template && (template.placeholders.has('name') || template.placeholders.has('region')),
  )

const askDetails = async (
  ...request: Parameters<typeof describeClusterDetail>
): Promise<{readonly name: string; readonly region: string}> => {
  const detail = await describeClusterDetail(...request)
  return {name: textIn(detail, 'name'), region: textIn(detail, 'region_id')}
}

/**
 * Asks for what the entries of a cluster need.
 *
 * @returns the entries, and as whom the Container Service knows the caller
 * @throws AckError what the Container Service answers; `InvalidOption` for a template that gives no usable name
 */
export const askCluster = async (
  named: NamedCluster,
  options: UpdateOptions,
  caller: Credentials,
  context: Invocation,
  signal: AbortSignal,
): Promise<{readonly desired: DesiredCluster; readonly uid: string}> => {
  const server = await askServerEntry(named.id, options, caller, context, signal)
  const decided = await entryFor(server, caller, options, context, signal)
  return {desired: desiredCluster(named, server, options, decided), uid: server.userName}
}

/** What became of a cluster that was merged: unchanged if all of its entries were as they should be. */
export const mergedOutcome = (
  {id, name, region}: Pick<NamedCluster, 'id' | 'name' | 'region'>,
  {contextName, entries}: DesiredCluster,
  {changed, commands}: MergeResult,
): ClusterOutcome => ({
  cluster: {id, name: name ?? '', region: region ?? ''},
  result: entries.some((entry) => changed.has(entryKey(entry))) ? 'updated' : 'unchanged',
  contextName,
  command: entries.flatMap(({kind, name}) => (kind === 'users' ? (commands.get(name) ?? []) : []))[0],
})

/** A cluster by its id, and its name where it has one. */
export const describeCluster = ({id, name}: Pick<TargetCluster, 'id' | 'name'>): string =>
  name === '' ? id : `${id} (${printable(name)})`
