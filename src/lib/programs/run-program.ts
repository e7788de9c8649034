import {dirname} from 'node:path'

import type {Runtime} from '../base/runtime.ts'

/** The time for a program to say its version, in milliseconds. */
const VERSION_MS = 5000

/**
 * What a program prints on stdout. It gets no credentials, and no directory of the user's to work in.
 *
 * @param program - a path
 * @returns undefined if it fails or takes too long
 */
export const outputOf = async (
  program: string,
  args: readonly string[],
  {env}: Pick<Runtime, 'env'>,
): Promise<string | undefined> => {
  const {execFile} = process.getBuiltinModule('node:child_process')
  const kept = ['PATH', 'Path', 'PATHEXT', 'SystemRoot', 'HOME', 'USERPROFILE', 'XDG_CACHE_HOME']
  const plain = Object.fromEntries(kept.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])))
  const limits = {timeout: VERSION_MS, killSignal: 'SIGKILL', cwd: dirname(program), windowsHide: true} as const
  return new Promise((resolve) => {
    try {
      execFile(program, [...args], {env: plain, ...limits}, (error, stdout) => resolve(error ? undefined : stdout))
    } catch {
      resolve(undefined)
    }
  })
}
