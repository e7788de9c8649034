import {errorCode} from '../base/error-code.ts'
import type {FileLog} from '../base/files/file-context.ts'
import {AckError} from '../base/errors.ts'
import {chooseCsEndpoint, chooseStsEndpoint, type Endpoint} from '../options/endpoint.ts'
import type {GlobalOptions} from '../options/global-options.ts'
import {describeSkew} from '../transport/clock-offset.ts'
import type {ServiceClocks} from '../transport/service-clocks.ts'
import {changeOffsets, readOffsets, type KnownOffset, type KnownOffsets, type LocalClock} from './clock-file.ts'
import {openPrivateDir} from './open-private-dir.ts'
import {findPrivateDir} from './private-dir.ts'
import type {ServiceClock} from './service-clock.ts'

/** An offset is written again when it has changed by more than this, or has become older; in milliseconds. */
const SAME_MS = 5000
const WRITTEN_AGAIN_MS = 3_600_000

interface OffsetContext {
  /** The cache directory; undefined where nothing is kept. */
  readonly dir: string | undefined
  readonly options: Pick<GlobalOptions, 'stsEndpoint' | 'csEndpoint' | 'givenRegion' | 'usesVpc'>
  readonly runtime: LocalClock
  readonly log: FileLog
  /** The clock of this run's services, which is corrected by what is known and what is learned. */
  readonly clock: ServiceClock
}

/** The clocks of the services, as this machine's processes know them. */
export interface SharedClocks extends ServiceClocks {
  /** Takes in what other processes have learned since. Never throws. */
  readonly reread: () => void
}

/**
 * What is known of the services' clocks: what earlier runs have kept in the cache directory, and what this one learns.
 *
 * The answers of a host tell its own clock; those of one of Alibaba Cloud's hosts that of all of them, which are set by
 * the same. What STS judges is dated by this run's STS host, else by its Container Service host, else by any of theirs.
 */
export const openOffsets = (context: OffsetContext): SharedClocks => {
  const {dir, runtime, log, clock} = context
  const known = new Map<string, KnownOffset>()
  const own = hostsOf(context)
  const countingFor = (host: string): readonly string[] => (own.includes(host) ? [host, ...own] : [host])
  let isTold = false
  let writing = Promise.resolve()
  const correct = (): void => {
    clock.offsetMs = offsetFor(own, known)
    if (clock.offsetMs === 0 || isTold) return
    isTold = true
    log.debug(
      `clock: this machine's clock is ${describeSkew(clock.offsetMs)} that of the services: calls and tokens are dated by theirs`,
    )
  }
  const keep = async (change: (offsets: Map<string, KnownOffset>) => void): Promise<void> => {
    if (dir === undefined) return
    try {
      const {state, path} = openPrivateDir(dir, runtime.platform, log)
      if (state === 'ready') await changeOffsets(path, runtime, change)
    } catch (error) {
      log.debug(`cannot keep the offset of the clock in ${dir}: ${errorCode(error)}`)
    }
  }
  const reread = (): void => {
    for (const [host, offset] of dir === undefined ? [] : kept(dir, context))
      if (offset.learnedAt > (known.get(host)?.learnedAt ?? 0)) put(host, offset, known)
    correct()
  }
  reread()
  return {
    reread,
    offsetMs: (host) => offsetFor(countingFor(host), known),
    learn: async (host, offsetMs) => {
      const learned = {offsetMs, learnedAt: runtime.now().getTime()}
      if (isKnown(countingFor(host), learned, known)) return
      // What a run's own calls have shown counts for it, whatever their hosts are called.
      if (!own.includes(host)) own.push(host)
      const change = (offsets: Map<string, KnownOffset>): void => put(host, learned, offsets)
      change(known)
      correct()
      writing = writing.then(() => keep(change))
      await writing
    },
  }
}

const kept = (dir: string, {runtime, log}: OffsetContext): KnownOffsets => {
  const found = findPrivateDir(dir, runtime.platform, log)
  return found.state === 'ready' ? readOffsets(found.path, runtime) : new Map()
}

/** Those by whose clock tokens and sessions are judged, the first one first. */
const hostsOf = ({options}: OffsetContext): string[] =>
  [() => chooseStsEndpoint(options), () => chooseCsEndpoint(options)].flatMap((choose) => hostIfAny(choose))

const hostIfAny = (choose: () => Endpoint): readonly string[] => {
  try {
    return [choose().host]
  } catch (error) {
    // Not every run needs every endpoint.
    if (AckError.is(error)) return []
    throw error
  }
}

const offsetFor = (hosts: readonly string[], known: KnownOffsets): number => {
  const exact = hosts.find((host) => known.has(host))
  if (exact !== undefined) return known.get(exact)?.offsetMs ?? 0
  if (!hosts.some((host) => isOfAlibabaCloud(host))) return 0
  return [...known].findLast(([host]) => isOfAlibabaCloud(host))?.[1].offsetMs ?? 0
}

const isOfAlibabaCloud = (host: string): boolean => /\.aliyuncs\.com(\.cn)?$/.test(host)

/** Whether an answer tells nothing new. */
const isKnown = (hosts: readonly string[], {offsetMs, learnedAt}: KnownOffset, known: KnownOffsets): boolean => {
  if (offsetMs === 0) return offsetFor(hosts, known) === 0
  const before = known.get(hosts[0] ?? '')
  return (
    before !== undefined &&
    Math.abs(before.offsetMs - offsetMs) <= SAME_MS &&
    learnedAt - before.learnedAt < WRITTEN_AGAIN_MS
  )
}

/** The newest stands last; and where the clock is right for one of Alibaba Cloud's hosts, it is for all of them. */
const put = (host: string, learned: KnownOffset, offsets: Map<string, KnownOffset>): void => {
  const isRightForAll = learned.offsetMs === 0 && isOfAlibabaCloud(host)
  for (const other of offsets.keys())
    if (other === host || (isRightForAll && isOfAlibabaCloud(other))) offsets.delete(other)
  offsets.set(host, learned)
}
