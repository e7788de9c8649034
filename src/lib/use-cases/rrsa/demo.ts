import {AckError} from '../../base/errors.ts'
import {withinTimeout} from '../../base/deadline.ts'
import {untilAborted} from '../../base/until-aborted.ts'
import {listClustersOfRegion, type Cluster} from '../../container-service/clusters.ts'
import type {CredentialSource} from '../../credentials/credentials.ts'
import {selectSource} from '../../credentials/selection/select-source.ts'
import {instanceRegion} from '../../credentials/sources/read-ecs-metadata.ts'
import {credentialsFrom} from '../../credentials/use-source.ts'
import {checkedRegion} from '../../options/region.ts'
import type {OptionValue} from '../../options/read-option.ts'
import {within, type Calling} from '../../ram/call-ram.ts'
import {askArn} from './ask-arn.ts'
import type {Invocation} from '../invocation.ts'

/** How often the demo lists, and what it hears of. */
export interface DemoOptions {
  /** The region of the clusters; absent for that of this ECS instance. */
  readonly region: OptionValue | undefined
  readonly loops: boolean
  /** In milliseconds. */
  readonly intervalMs: number
  /** Aborted when it is to end. */
  readonly ended: AbortSignal
  readonly pause: (milliseconds: number, signal: AbortSignal) => Promise<unknown>
  readonly print: (clusters: readonly Pick<Cluster, 'id' | 'name'>[]) => Promise<void>
}

/** The time limit to ask this instance for its region, in milliseconds. */
const REGION_TIMEOUT_MS = 10_000

/**
 * Lists the clusters of a region again and again, with whatever credentials are found: in a pod those of its RAM role. In
 * the loop a failure is logged, and it goes on.
 *
 * @throws AckError what finding the region throws; without the loop also what listing throws
 */
export const runDemo = async (demo: DemoOptions, invocation: Invocation): Promise<void> => {
  const {ended, loops, intervalMs} = demo
  const {log} = invocation
  const found = await untilAborted<Scene | undefined>(
    ended,
    () => findScene(demo, invocation),
    () => undefined,
  )
  if (!found) return
  for (let round = 1; ; round += 1) {
    try {
      await untilAborted(
        ended,
        () => listOnce(round, found, demo),
        () => undefined,
      )
    } catch (error) {
      if (ended.aborted) return
      if (!loops || !AckError.is(error) || error.code === 'OutputFailed') throw error
      log.error(`${error.message}; ${error.nextStep}`)
    }
    if (!loops || ended.aborted) return
    log.info(`will try again after ${Math.round(intervalMs / 1000)} seconds`)
    await demo.pause(intervalMs, ended).catch(() => undefined)
    if (ended.aborted) return
  }
}

/** With what the demo lists. */
interface Scene {
  readonly region: string
  readonly context: Invocation
  readonly source: CredentialSource
}

const findScene = async (demo: DemoOptions, invocation: Invocation): Promise<Scene> => {
  const {region, context} = await findRegion(demo, invocation)
  const {source} = await selectSource(context)
  invocation.log.info(`using ${source.description}`)
  return {region, context, source}
}

const listOnce = async (
  round: number,
  {region, context, source}: Scene,
  {ended, print}: Pick<DemoOptions, 'ended' | 'print'>,
): Promise<void> => {
  const {log, options} = context
  const caller = await credentialsFrom(source, options.timeoutMs, ended)
  if (round === 1) await logCaller({caller, context, signal: ended})
  log.info('======= [begin] list ACK clusters with RRSA =======')
  const list = (signal: AbortSignal): ReturnType<typeof listClustersOfRegion> =>
    listClustersOfRegion(region, caller, context, signal)
  const clusters = await withinTimeout(options.timeoutMs, list, ended)
  if (clusters.length === 0) log.info(`ListClusters succeeded, no clusters found in region ${region}`)
  else await print(clusters)
  log.info('======= [end]   list ACK clusters with RRSA =======')
}

const logCaller = async (calling: Calling): Promise<void> => {
  const {log} = calling.context
  try {
    log.info(`the caller is ${await within(calling, askArn)}`)
  } catch (error) {
    if (!AckError.is(error)) throw error
    log.warn(`who the caller is cannot be found out: ${error.message}`)
  }
}

/** A region of this instance is reached by VPC endpoints. */
const findRegion = async (
  {region: given, ended}: Pick<DemoOptions, 'region' | 'ended'>,
  invocation: Invocation,
): Promise<{readonly region: string; readonly context: Invocation}> => {
  const {options} = invocation
  const named = checkedRegion(given) ?? options.givenRegion
  const region =
    named ?? (await withinTimeout(REGION_TIMEOUT_MS, (signal) => instanceRegion(invocation, signal), ended))
  const usesVpc = options.usesVpc || named === undefined
  return {region, context: {...invocation, options: {...options, givenRegion: region, regionId: region, usesVpc}}}
}
