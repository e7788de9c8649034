import {lstatSync, type Stats} from 'node:fs'
import {dirname, join} from 'node:path'

import {errorCode} from '../../base/error-code.ts'
import {isForeign} from '../../base/files/private-file.ts'
import type {Runtime} from '../../base/runtime.ts'
import {unwritable} from './kubeconfig-errors.ts'
import {makeDirsForOwner} from './owner.ts'

/**
 * The directories beside a kubeconfig that may hold what we keep of it, the usual one first. They are hidden, and their
 * names do not speak of kubeconfigs: programs that read every file of `~/.kube`, or every `*config*`, do not find them.
 * They lie beside the file, since there we can write whenever we can lock it.
 */
export const privatePlaces = (target: string): readonly string[] => {
  const usual = join(dirname(target), '.ack-ram-tool')
  // Where several users have kubeconfigs in one directory, such as /tmp.
  return process.geteuid ? [usual, `${usual}-${process.geteuid()}`] : [usual]
}

/**
 * Makes the directory that holds what we keep of a kubeconfig, for its owner alone.
 *
 * @throws AckError `KubeconfigUnwritable` if other users could exchange what is in it; the file system's error
 */
export const openPrivatePlace = (target: string, platform: Runtime['platform']): string => {
  const places = privatePlaces(target)
  for (const place of places) {
    makeDirsForOwner(place)
    if (isTrusted(lstatSync(place), target, platform)) return place
  }
  throw unwritable(target, `another user controls ${places.join(' and ')}`, 'remove that directory')
}

const isTrusted = (place: Stats, target: string, platform: Runtime['platform']): boolean =>
  place.isDirectory() &&
  (platform === 'win32' || isUntouchedByOthers(place, statusOf(target) ?? lstatSync(dirname(target))))

/**
 * Whether nobody else could have made or changed something that lies beside a kubeconfig: it belongs to this user, or for
 * root to whom the kubeconfig belongs, and is not more open to others than that.
 */
export const isUntouchedByOthers = (kept: Stats, kubeconfig: Stats): boolean => {
  const isOwners = !isForeign(kept) || (process.geteuid?.() === 0 && kept.uid === kubeconfig.uid)
  return isOwners && (canOthersWrite(kept) ? canOthersWrite(kubeconfig) : true)
}

/** Whether its mode lets its group or all users change it. File systems without modes often show all as open. */
const canOthersWrite = ({mode}: Pick<Stats, 'mode'>): boolean => (mode & 0o022) !== 0

/** The status of a file, not following links. */
export const statusOf = (path: string): Stats | undefined => {
  try {
    return lstatSync(path, {throwIfNoEntry: false})
  } catch (error) {
    if (errorCode(error) === 'ENOTDIR') return undefined
    throw error
  }
}
