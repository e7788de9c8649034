import {AckError} from '../../base/errors.ts'
import {withinTimeout} from '../../base/deadline.ts'
import {listClustersOfRegion, type Cluster} from '../../container-service/clusters.ts'
import {selectSource} from '../../credentials/selection/select-source.ts'
import {instanceRegion} from '../../credentials/sources/read-ecs-metadata.ts'
import {credentialsFrom} from '../../credentials/use-source.ts'
import {checkedRegion} from '../../options/region.ts'
import type {OptionValue} from '../../options/read-option.ts'
import {within, type Calling} from '../../ram/call-ram.ts'
import {callerArn} from '../../rrsa/caller-identity.ts'
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
  const {log} = invocation
  const {region, context} = await findRegion(demo.region, invocation)
  const {source} = await selectSource(context)
  log.info(`using ${source.description}`)
  for (let round = 1; ; round += 1) {
    try {
      const caller = await credentialsFrom(source, context.options.timeoutMs)
      if (round === 1) await logCaller({caller, context})
      log.info('======= [begin] list ACK clusters with RRSA =======')
      const clusters = await withinTimeout(
        context.options.timeoutMs,
        (signal) => listClustersOfRegion(region, caller, context, signal),
        demo.ended,
      )
      if (clusters.length === 0) log.info(`ListClusters succeeded, no clusters found in region ${region}`)
      else await demo.print(clusters)
      log.info('======= [end]   list ACK clusters with RRSA =======')
    } catch (error) {
      if (demo.ended.aborted) return
      if (!demo.loops || !AckError.is(error) || error.code === 'OutputFailed') throw error
      log.error(`${error.message}; ${error.nextStep}`)
    }
    if (!demo.loops || demo.ended.aborted) return
    log.info(`will try again after ${Math.round(demo.intervalMs / 1000)} seconds`)
    await demo.pause(demo.intervalMs, demo.ended).catch(() => undefined)
    if (demo.ended.aborted) return
  }
}

const logCaller = async (calling: Calling): Promise<void> => {
  const {log} = calling.context
  try {
    log.info(`the caller is ${await within(calling, callerArn)}`)
  } catch (error) {
    if (!AckError.is(error)) throw error
    log.warn(`who the caller is cannot be found out: ${error.message}`)
  }
}

/** A region of this instance is reached by VPC endpoints. */
const findRegion = async (
  given: OptionValue | undefined,
  invocation: Invocation,
): Promise<{readonly region: string; readonly context: Invocation}> => {
  const {options} = invocation
  const named = checkedRegion(given) ?? options.givenRegion
  const region = named ?? (await withinTimeout(REGION_TIMEOUT_MS, (signal) => instanceRegion(invocation, signal)))
  const usesVpc = options.usesVpc || named === undefined
  return {region, context: {...invocation, options: {...options, givenRegion: region, regionId: region, usesVpc}}}
}
