import {uptime} from 'node:os'

import {readPrivateFile} from '../base/files/private-file.ts'
import {pathBelow} from '../base/files/path-below.ts'
import {unlinkIfPossible} from '../base/files/unlink-if-possible.ts'
import {isJsonObject, parseJsonObject} from '../base/json-object.ts'
import type {Runtime} from '../base/runtime.ts'
import {LARGEST_SKEW_MS, SKEW_MS} from '../transport/clock-offset.ts'
import {CLOCK_FILE} from './file-names.ts'

/** What an answer of a host has shown. All in milliseconds. */
export interface KnownOffset {
  readonly offsetMs: number
  /** By this machine's clock. */
  readonly learnedAt: number
}

/** By host, the oldest first. */
export type KnownOffsets = ReadonlyMap<string, KnownOffset>

/** An offset is used for a day: a clock may also be corrected by and by. In milliseconds. */
const KEPT_MS = 24 * 3_600_000
/** How exactly the start of this machine can be told, in milliseconds. */
const START_TOLERANCE_MS = 5000
const MOST_HOSTS = 16
const FORMAT_VERSION = 1

/** This machine's clock. */
export interface LocalClock extends Pick<Runtime, 'now' | 'platform' | 'nonce'> {
  /** For how long this machine has been running, in seconds; replaced in tests. */
  readonly uptime?: () => number
}

/**
 * Reads the offsets that are kept in a directory and still hold. A file in which none does is removed, so that the next
 * run does not read it.
 *
 * @param dir - from `findPrivateDir`
 * @throws never
 */
export const readOffsets = (dir: string, clock: LocalClock): KnownOffsets => {
  const path = pathBelow(dir, CLOCK_FILE)
  const file = readPrivateFile(path, clock.platform)
  if (file.state === 'absent' || file.state === 'unreadable') return new Map()
  const offsets = file.state === 'read' ? offsetsIn(file.text, clock) : new Map()
  if (offsets.size === 0) unlinkIfPossible(path)
  return offsets
}

/**
 * Changes what is kept in a directory. Nothing is kept of clocks that are right, and the file is removed when nothing
 * is left. Two processes at once may lose a host, whose next answer tells it again.
 *
 * @param dir - from `openPrivateDir`
 * @throws the file system's error
 */
export const changeOffsets = async (
  dir: string,
  clock: LocalClock,
  change: (offsets: Map<string, KnownOffset>) => void,
): Promise<void> => {
  const path = pathBelow(dir, CLOCK_FILE)
  const offsets = new Map(readOffsets(dir, clock))
  change(offsets)
  const hosts = [...offsets].flatMap(([host, {offsetMs, learnedAt}]) =>
    offsetMs === 0 ? [] : [{host, offsetMs, learnedAt}],
  )
  if (hosts.length === 0) {
    unlinkIfPossible(path)
    return
  }
  const startedAt = startOfMachine(clock)
  const text = JSON.stringify({version: FORMAT_VERSION, startedAt, hosts: hosts.slice(-MOST_HOSTS)})
  const {replaceFile} = await import('../base/files/replace-file.ts')
  await replaceFile(path, text, clock)
}

/** When this machine was started, by its clock: another time as soon as somebody sets that, or on another machine. */
const startOfMachine = ({now, uptime: running = uptime}: LocalClock): number =>
  now().getTime() - Math.round(running() * 1000)

const offsetsIn = (text: string, clock: LocalClock): KnownOffsets => {
  const {version, startedAt, hosts} = parseJsonObject(text) ?? {}
  if (version !== FORMAT_VERSION || typeof startedAt !== 'number' || !Array.isArray(hosts)) return new Map()
  if (Math.abs(startedAt - startOfMachine(clock)) > START_TOLERANCE_MS) return new Map()
  const known = (hosts as readonly unknown[]).flatMap((entry) => offsetIn(entry, clock.now().getTime()))
  return new Map(known.slice(-MOST_HOSTS))
}

const offsetIn = (entry: unknown, now: number): readonly (readonly [string, KnownOffset])[] => {
  if (!isJsonObject(entry)) return []
  const {host, offsetMs, learnedAt} = entry
  if (typeof host !== 'string' || typeof learnedAt !== 'number' || typeof offsetMs !== 'number') return []
  const size = Math.abs(offsetMs)
  const age = now - learnedAt
  const holds = offsetMs % 1000 === 0 && size > SKEW_MS && size <= LARGEST_SKEW_MS && age > -START_TOLERANCE_MS
  return holds && age < KEPT_MS ? [[host, {offsetMs, learnedAt}]] : []
}
