import type {ChildProcess} from 'node:child_process'
import {existsSync} from 'node:fs'
import {dirname, join} from 'node:path'

import {isStandalone, type Runtime} from '../base/runtime.ts'
import {isBatchFile} from './batch-file.ts'
import {findPrograms} from './find-programs.ts'
import {runToEnd} from './process-output.ts'
import {startedBy} from './program-file.ts'

/** The time for a program to say its version, in milliseconds; to end it may take a second more. */
const VERSION_MS = 4000

/**
 * What a program prints on stdout. It gets no credentials, no input, no terminal, and no directory of the user's to work in.
 *
 * @param program - a path; of a batch file on Windows the script that it starts is run, else nothing
 * @param more - variables that it gets besides those with which programs are found
 * @returns undefined if it fails; empty if it had to be stopped, with all that it has started: it need not be asked again
 */
export const outputOf = async (
  program: string,
  args: readonly string[],
  runtime: Pick<Runtime, 'env' | 'platform'>,
  more: Readonly<Record<string, string>> = {},
): Promise<string | undefined> => {
  const {env, platform} = runtime
  const [command, ...before] = isBatchFile(program, platform) ? scriptOf(program, runtime) : [program]
  if (command === undefined) return undefined
  const {spawn} = process.getBuiltinModule('node:child_process')
  const kept = ['PATH', 'Path', 'PATHEXT', 'SystemRoot', 'HOME', 'USERPROFILE', 'XDG_CACHE_HOME']
  const plain = Object.fromEntries(kept.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])))
  // In a group of its own, whose members can be stopped together. On Windows that would open a window.
  const detached = platform !== 'win32'
  const start = (): ChildProcess =>
    spawn(command, [...before, ...args], {
      env: {...plain, ...more},
      cwd: dirname(program),
      stdio: ['ignore', 'pipe', 'ignore'],
      detached,
      windowsHide: true,
    })
  const {ending} = await runToEnd(start, {timeoutMs: VERSION_MS, leadsGroup: detached})
  if ('stopped' in ending) return ''
  return 'stdout' in ending && ending.exitCode === 0 ? ending.stdout.toString('utf8') : undefined
}

/** What a package manager's shim starts: Node and a script; nothing for another batch file, or where one is missing. */
const scriptOf = (shim: string, runtime: Pick<Runtime, 'env' | 'platform'>): readonly string[] => {
  const script = startedBy(shim).find((path) => existsSync(path))
  const node = isStandalone() ? nodeFor(shim, runtime) : process.execPath
  return script === undefined || node === undefined ? [] : [node, script]
}

/** As the shims of npm and pnpm look for it. */
const nodeFor = (shim: string, runtime: Pick<Runtime, 'env' | 'platform'>): string | undefined =>
  [join(dirname(shim), 'node.exe'), ...findPrograms('node', runtime)].find(
    (path) => existsSync(path) && !isBatchFile(path, runtime.platform),
  )
