import {lstatSync, readdirSync} from 'node:fs'

import {pathBelow} from '../base/files/path-below.ts'
import {readPrivateFile} from '../base/files/private-file.ts'
import {removeIfPossible} from '../base/files/replace-file.ts'
import {parseJsonObject} from '../base/json-object.ts'
import type {Runtime} from '../base/runtime.ts'

/** Younger files are not looked at, in milliseconds: nobody waits a day for a lock, and few entries live as long. */
const LEFT_ALONE_MS = 24 * 3_600_000

const NAME = /^[\da-f]{64}(\.json|\.lock|\.second\.lock)$/

/**
 * Removes what nobody uses any more from a cache directory: entries that have expired, and locks of
 * killed processes. Keys of sessions never come back, so that their entries would stay for ever.
 *
 * @throws never
 */
export const removeExpired = (dir: string, {now, platform}: Pick<Runtime, 'now' | 'platform'>): void => {
  const at = now().getTime()
  for (const [name, suffix] of namesIn(dir)) {
    const path = pathBelow(dir, name)
    if (at - modifiedAt(path, at) < LEFT_ALONE_MS) continue
    if (suffix !== '.json' || hasExpired(path, at, platform)) removeIfPossible(path)
  }
}

const namesIn = (dir: string): readonly (readonly [name: string, suffix: string])[] => {
  try {
    return readdirSync(dir).flatMap((name) => {
      const suffix = NAME.exec(name)?.[1]
      return suffix === undefined ? [] : [[name, suffix] as const]
    })
  } catch {
    return []
  }
}

const modifiedAt = (path: string, otherwise: number): number => {
  try {
    return lstatSync(path).mtimeMs
  } catch {
    return otherwise
  }
}

/** Whether it is one of our entries, and over; one that does not say when it ends is from an earlier version. */
const hasExpired = (path: string, at: number, platform: Runtime['platform']): boolean => {
  const file = readPrivateFile(path, platform)
  if (file.state !== 'read') return false
  const {until} = parseJsonObject(file.text) ?? {}
  return !(typeof until === 'string' && Date.parse(until) > at)
}
