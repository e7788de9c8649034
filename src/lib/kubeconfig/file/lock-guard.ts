import {spawn} from 'node:child_process'
import {isAbsolute} from 'node:path'

import type {Runtime} from '../../base/runtime.ts'

/** What a killed process must not leave behind. */
interface Guarded {
  /** The content of this process's locks; a lock with another content is that of another process. */
  readonly owner: string
  readonly locks: readonly string[]
  readonly temporaries: readonly string[]
}

/** Waits for the end of its input, which comes when the process that holds the other end has ended in any way. */
const SCRIPT = `
while read -r _; do :; done
owner=$1 locks=$2
shift 2
while [ "$locks" -gt 0 ]; do
  line=
  [ -f "$1" ] && read -r line <"$1"
  [ "$line" = "$owner" ] && rm -f -- "$1"
  locks=$((locks - 1))
  shift
done
rm -f -- "$@"
`

/**
 * Starts a process that removes locks and temporary files if this one is killed: no program but this one removes a lock
 * of a dead process, so every `kubectl config` would fail until a person does. Where there is no shell, the next run of
 * this program does it.
 *
 * @returns `end` lets it end; it removes no lock of others, so it may be late
 * @throws never
 */
export const startLockGuard = (
  {owner, locks, temporaries}: Guarded,
  platform: Runtime['platform'],
): {readonly end: () => void} => {
  if (platform === 'win32') return {end: () => {}}
  try {
    // A session of its own: what ends all processes of a terminal does not end it.
    const paths = [...locks, ...temporaries].map(fromAnywhere)
    const guard = spawn('/bin/sh', ['-c', SCRIPT, 'sh', owner, String(locks.length), ...paths], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
      // It keeps no directory from being unmounted.
      cwd: '/',
      env: {PATH: '/usr/bin:/bin'},
    })
    guard.on('error', () => {})
    guard.stdin.on('error', () => {})
    guard.unref()
    return {end: () => guard.stdin.destroy()}
  } catch {
    return {end: () => {}}
  }
}

/** Not normalized: after a linked directory, `..` is not where it seems to be. */
const fromAnywhere = (path: string): string => (isAbsolute(path) ? path : `${process.cwd()}/${path}`)
