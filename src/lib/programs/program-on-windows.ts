import type {Environment} from '../base/runtime.ts'
import {candidatePaths} from './candidate-paths.ts'

/**
 * Where a program is on Windows. A bare name is looked for in the absolute directories of PATH alone: Windows itself would
 * look into the current directory first, which may be anybody's.
 *
 * @param program - a name or a path, as in a command
 * @param isFile - whether there is a file at a path
 * @returns its path, or undefined where there is none
 */
export const programOnWindows = (
  program: string,
  env: Environment,
  isFile: (path: string) => boolean,
): string | undefined => {
  if (/[\\/:]/.test(program)) return program
  const path = Object.entries(env).find(([name]) => name.toUpperCase() === 'PATH')?.[1] ?? ''
  const dirs = path.split(';').filter((dir) => /^"?([a-zA-Z]:[\\/]|\\\\)/.test(dir))
  const absolute = {platform: 'win32', env: {PATH: dirs.join(';'), PATHEXT: '.com;.exe'}} as const
  return candidatePaths(program, absolute).find(isFile)
}
