import {accessSync, constants, realpathSync, statSync} from 'node:fs'
import {delimiter, isAbsolute, join} from 'node:path'

import type {Environment, Runtime} from '../base/runtime.ts'

/** The time for a program to say its version, in milliseconds. */
const VERSION_MS = 5000

/**
 * The files that a shell, or kubectl, would run for a command: all of PATH, the first one first, each once.
 *
 * @param command - a name, or a path
 */
export const findPrograms = (
  command: string,
  {env, platform}: Pick<Runtime, 'env' | 'platform'>,
): readonly string[] => {
  const endings = platform === 'win32' ? ['', ...(env['PATHEXT'] ?? '.EXE;.CMD;.BAT').split(';')] : ['']
  const dirs = isAbsolute(command) || /[/\\]/.test(command) ? [''] : pathOf(env)
  const found = new Map<string, string>()
  for (const dir of dirs)
    for (const ending of endings) {
      const path = (dir === '' ? command : join(dir, command)) + ending
      const real = realExecutable(path)
      if (real !== undefined && !found.has(real)) found.set(real, path)
    }
  return [...found.values()]
}

/** Windows writes the name of the variable in its own way. */
const pathOf = (env: Environment): readonly string[] =>
  (env['PATH'] ?? env['Path'] ?? '').split(delimiter).filter((dir) => dir !== '')

const realExecutable = (path: string): string | undefined => {
  try {
    if (!statSync(path).isFile()) return undefined
    accessSync(path, constants.X_OK)
    return realpathSync(path)
  } catch {
    return undefined
  }
}

/** What a program prints on stdout; undefined if it fails or takes too long. It gets no credentials. */
export const outputOf = async (
  program: string,
  args: readonly string[],
  {env}: Pick<Runtime, 'env'>,
): Promise<string | undefined> => {
  const {execFile} = process.getBuiltinModule('node:child_process')
  const kept = ['PATH', 'Path', 'PATHEXT', 'SystemRoot', 'HOME', 'USERPROFILE', 'XDG_CACHE_HOME']
  const plain = Object.fromEntries(kept.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])))
  return new Promise((resolve) => {
    try {
      execFile(program, [...args], {env: plain, timeout: VERSION_MS, windowsHide: true}, (error, stdout) =>
        resolve(error ? undefined : stdout),
      )
    } catch {
      resolve(undefined)
    }
  })
}

/** Which of the two tools of this name a program is, and its version. */
export interface ToolVersion {
  readonly tool: 'this' | 'go'
  readonly version: string
}

/** Asks a program; undefined for one that is neither of the two. */
export const toolVersion = async (program: string, runtime: Pick<Runtime, 'env'>): Promise<ToolVersion | undefined> => {
  const text =
    (await outputOf(program, ['version'], runtime)) ?? (await outputOf(program, ['--version'], runtime)) ?? ''
  const lines = new Map(text.split('\n').map((line) => [line.split(':', 1)[0] ?? '', line.replace(/^[^:]*:\s*/, '')]))
  const version = lines.get('Version') ?? /^ack-ram-tool\/(\S+)/.exec(text)?.[1]
  if (version === undefined) return undefined
  return {tool: lines.has('Version') && !lines.has('Runtime') ? 'go' : 'this', version}
}
