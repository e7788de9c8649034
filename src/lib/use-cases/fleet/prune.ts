import {win32} from 'node:path'

import {withinTimeout} from '../../base/deadline.ts'
import {AckError} from '../../base/errors.ts'
import {forEachOf} from '../../base/for-each-of.ts'
import {isClusterNotFound} from '../../container-service/cs-call.ts'
import {userEntry} from '../../kubeconfig/entries/entries.ts'
import type {DesiredCluster} from '../../kubeconfig/entries/desired-entries.ts'
import {entryFlags} from '../../kubeconfig/entries/entry-flags.ts'
import {ourExecFacts, type OurExecFacts} from '../../kubeconfig/entries/our-exec-entry.ts'
import type {FindStale} from '../../kubeconfig/merge/merge-clusters.ts'
import {ourContexts, staleEntries, type OurContext} from '../../kubeconfig/merge/stale-entries.ts'
import type {UpdateOptions} from '../../options/update-options.ts'
import {PROGRAM_NAME} from '../../programs/recognise-program.ts'
import {identifySigner} from '../identify-caller.ts'
import {askServerEntry} from '../get-kubeconfig.ts'
import type {Invocation} from '../invocation.ts'
import {AT_ONCE, regionalContexts, type Fleet} from './list-fleet.ts'

/** What was fetched in this run. */
interface Fetched {
  readonly wanted: readonly DesiredCluster[]
  /** As whom the Container Service knows the caller; undefined if no cluster was fetched. */
  readonly uid: string | undefined
}

/**
 * Finds the entries of clusters that are gone: entries of ours, for the same credentials, identity, endpoints and regions
 * as this run's. That a cluster is not listed proves nothing, since a policy may hide it: the Container Service has to
 * say of each one that it does not exist.
 */
export const findGone =
  (fleet: Fleet, {wanted, uid}: Fetched, options: UpdateOptions, context: Invocation): FindStale =>
  async (files) => {
    const {log} = context
    const whyNot = reasonToKeep(fleet, options)
    if (whyNot !== undefined) {
      log.warn(`nothing is pruned: ${whyNot}`)
      return []
    }
    const listed = new Set(fleet.clusters.filter(isThere).map(({cluster}) => cluster.id))
    const isOfThisRun = await sameOrigin(fleet, uid, options, context)
    const candidates = ourContexts(files).filter((found) => !listed.has(found.clusterId) && isOfThisRun(found))
    const ids = [...new Set(candidates.map(({clusterId}) => clusterId))]
    const regions = new Map(candidates.map(({clusterId, region}) => [clusterId, region]))
    const answers = await forEachOf(ids, AT_ONCE, async (id) => {
      const kept = await whyKept(id, fleet, options, contextFor(regions.get(id), context))
      if (kept !== undefined) log.warn(`the entries of cluster ${id} are kept, though it is not listed: ${kept}`)
      return {id, isGone: kept === undefined}
    })
    const gone = new Set(answers.filter(({isGone}) => isGone).map(({id}) => id))
    return staleEntries(files, wanted, (found) => gone.has(found.clusterId) && isOfThisRun(found))
  }

const reasonToKeep = ({isComplete}: Fleet, {filter}: UpdateOptions): string | undefined => {
  if (filter) return 'with --filter it is not known which of the clusters that are gone were meant'
  return isComplete ? undefined : 'the list of clusters is not complete'
}

/** A cluster is listed for a while after its deletion. */
const isThere = ({cluster}: Fleet['clusters'][number]): boolean => cluster.state !== 'deleted'

const contextFor = (region: string | undefined, context: Invocation): Invocation =>
  regionalContexts(context).find(({options}) => options.givenRegion === region) ?? context

/** Why a cluster may still be there; undefined if the Container Service says that it does not exist. */
const whyKept = async (
  clusterId: string,
  {caller}: Fleet,
  options: UpdateOptions,
  context: Invocation,
): Promise<string | undefined> => {
  try {
    const credentials = await caller()
    await withinTimeout(context.options.timeoutMs, (signal) =>
      askServerEntry(clusterId, options, credentials, context, signal),
    )
    return 'the Container Service still has it'
  } catch (error) {
    if (!AckError.is(error)) throw error
    return isClusterNotFound(error.call?.code ?? '') ? undefined : error.message
  }
}

/** Options that say which identity an entry is for, or which tokens it gets, not where the credentials come from. */
const NO_ORIGIN: ReadonlySet<string> = new Set(['expected-identity', 'token-version'])

/** Whether an entry is for the credentials, the identity, the endpoints and the regions of this run. */
const sameOrigin = async (
  {caller}: Fleet,
  knownUid: string | undefined,
  options: UpdateOptions,
  context: Invocation,
): Promise<(found: OurContext) => boolean> => {
  const {id: uid} = await identifySigner(knownUid ?? '', await caller(), context)
  const flags = entryFlags(await context.selection(), undefined, context)
  // An entry for certificates says all that one for tokens says, and more.
  const own = ourExecFacts(userEntry('', {...options, mode: 'certificate'}, flags)['exec'])
  const regions = context.options.givenRegions
  return ({contextName, userName, clusterId, region, facts}) => {
    if (!own || facts.setsVariables || !isOurProgram(facts.command, own.command)) return false
    if (originOf(facts) !== originOf(own) || !hasSameEndpoints(facts, own)) return false
    if (regions.length > 0 && !(region !== undefined && regions.includes(region))) return false
    const expected = facts.options.get('expected-identity')
    if (expected !== undefined && expected !== uid) return false
    return [contextName, userName].every((name) => isNameOf(uid, clusterId, name))
  }
}

/** Any other program may be a wrapper, which sets variables. */
const isOurProgram = (command: string, own: string): boolean =>
  command === own || win32.basename(command).replace(/\.\w+$/, '') === PROGRAM_NAME

const originOf = ({decidingOptions}: OurExecFacts): string =>
  [...decidingOptions]
    .filter(([name]) => !NO_ORIGIN.has(name))
    .map((option) => JSON.stringify(option))
    .toSorted()
    .join('\n')

const hasSameEndpoints = (facts: OurExecFacts, own: OurExecFacts): boolean =>
  ['cs-endpoint', 'sts-endpoint', 'vpc-endpoint'].every((name) => {
    // An entry for tokens never calls the Container Service.
    const isSilent = name === 'cs-endpoint' && facts.mode === 'token' && !facts.options.has(name)
    return isSilent || facts.options.get(name) === own.options.get(name)
  })

/** The names that are given by default begin with the caller's UID. */
const isNameOf = (uid: string, clusterId: string, name: string): boolean => {
  const [, digits, rest] = /^(\d+)(?:-(.*))?$/s.exec(name) ?? []
  return digits === undefined || (rest !== undefined && rest !== clusterId) || digits === uid
}
