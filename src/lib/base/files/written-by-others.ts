import type {Stats} from 'node:fs'

const KIND = 0o170000
const REGULAR_FILE = 0o100000
const NAMED_PIPE = 0o010000
const WRITABLE_BY_ALL = 0o002

/** That a file is another user's: only its owner can mend it. */
export const OWNED_BY_ANOTHER = 'another user owns it'

/**
 * Why a file may have been written by others than this user and root. A group may write it: where each user has a group
 * of their own, and in containers with a random user, it always may. There are no modes on Windows.
 *
 * @param asRoot - whether root, too, distrusts what another user owns
 */
export const writtenByOthers = ({mode, uid}: Pick<Stats, 'mode' | 'uid'>, asRoot = false): string | undefined => {
  const user = process.geteuid?.()
  if (user === undefined || ((mode & KIND) !== REGULAR_FILE && (mode & KIND) !== NAMED_PIPE)) return undefined
  const isOwn = uid === user || uid === 0 || (user === 0 && !asRoot)
  if (!isOwn) return OWNED_BY_ANOTHER
  return (mode & WRITABLE_BY_ALL) === 0 ? undefined : 'every user can write it'
}
