import type {FileContext} from '../base/files/file-context.ts'
import {removeUnlessHeld} from '../base/files/lock.ts'
import {modifiedAt, namesIn} from '../base/files/names-in.ts'
import {pathBelow} from '../base/files/path-below.ts'
import {readPrivateFile} from '../base/files/private-file.ts'
import {removeAbandoned, removeIfPossible} from '../base/files/replace-file.ts'
import {parseJsonObject} from '../base/json-object.ts'
import type {Runtime} from '../base/runtime.ts'
import {kindOf, type CacheFileKind} from './file-kinds.ts'

/** Younger files are not looked at, in milliseconds: nobody waits a day for a lock, and few entries live as long. */
const LEFT_ALONE_MS = 24 * 3_600_000

/**
 * Removes what nobody uses any more from a cache directory: entries that have expired, notes of failures, and what killed
 * processes left. Keys of sessions never come back, so that their entries would stay for ever.
 *
 * @throws never
 */
export const removeExpired = (dir: string, context: FileContext): void => {
  const {now, platform} = context.runtime
  removeAbandoned(dir, now(), (name) => SHORT_LIVED.has(kindOf(name)))
  const at = now().getTime()
  for (const [name, kind] of datedFilesIn(dir)) {
    const path = pathBelow(dir, name)
    if (at - modifiedAt(path, at) < LEFT_ALONE_MS) continue
    if (kind === 'lock') removeUnlessHeld(path, context)
    else if (hasExpired(path, at, platform)) removeIfPossible(path)
  }
}

/** Of use for seconds. */
const SHORT_LIVED: ReadonlySet<CacheFileKind | undefined> = new Set(['failure', 'half-made', 'half-made lock'])

const datedFilesIn = (dir: string): readonly (readonly [name: string, kind: 'entry' | 'lock'])[] =>
  namesIn(dir).flatMap((name) => {
    const kind = kindOf(name)
    return kind === 'entry' || kind === 'lock' ? [[name, kind] as const] : []
  })

/** Whether it is one of our entries, and over; one that does not say when it ends is from an earlier version. */
const hasExpired = (path: string, at: number, platform: Runtime['platform']): boolean => {
  const file = readPrivateFile(path, platform)
  if (file.state !== 'read') return false
  const {until} = parseJsonObject(file.text) ?? {}
  return !(typeof until === 'string' && Date.parse(until) > at)
}
