import {accessSync, constants, lstatSync, realpathSync, statSync} from 'node:fs'

import {errorCode} from '../base/error-code.ts'
import {isAbsolutePath} from '../base/is-absolute-path.ts'
import {candidatePaths, isPath, type Surroundings} from './candidate-paths.ts'

/**
 * The files that a shell, or kubectl, would run for a command: all of PATH, the first one first, each once.
 *
 * @param command - a name, or a path
 */
export const findPrograms = (command: string, surroundings: Surroundings): readonly string[] => {
  const found = new Map<string, string>()
  for (const path of candidatePaths(command, surroundings)) {
    const real =
      isAbsolutePath(path, surroundings.platform) && lookAt(path) === 'executable' ? realPath(path) : undefined
    if (real !== undefined && !found.has(real)) found.set(real, path)
  }
  return [...found.values()]
}

/** Where a command leads: to a file that can be executed, or why to none, as the end of a sentence about the command. */
export type Lookup = {readonly path: string} | {readonly why: string}

/**
 * Looks a command up as kubectl does, by Go's `exec.LookPath`: the first executable file, unless that stands in a relative
 * directory of PATH.
 *
 * @see https://pkg.go.dev/os/exec#LookPath
 */
export const lookUpProgram = (command: string, surroundings: Surroundings): Lookup => {
  let obstacle: string | undefined
  for (const path of candidatePaths(command, surroundings)) {
    const seen = lookAt(path)
    if (seen === 'executable')
      return isAbsolutePath(path, surroundings.platform)
        ? {path}
        : {
            why: isPath(command)
              ? 'is a relative path'
              : `is in a relative directory of PATH (${path}), from which kubectl starts nothing`,
          }
    obstacle ??= seen && `${isPath(command) ? '' : `is in PATH as ${path}, which `}${seen}`
  }
  return {why: obstacle ?? (isPath(command) ? 'does not exist' : 'is not in PATH')}
}

/** What stands at a path: something executable, what else as the end of a sentence, or nothing. */
const lookAt = (path: string): string | undefined => {
  try {
    const status = statSync(path)
    if (status.isDirectory()) return 'is a directory'
    if (!status.isFile()) return 'is not a file'
    accessSync(path, constants.X_OK)
    return 'executable'
  } catch (error) {
    const code = errorCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return isLink(path) ? 'is a link to a file that is gone' : undefined
    return code === 'EACCES' ? 'is not executable' : `cannot be read (${code})`
  }
}

const isLink = (path: string): boolean => {
  try {
    return lstatSync(path).isSymbolicLink()
  } catch {
    return false
  }
}

/** The file itself, behind all links; the path where that cannot be found out. */
export const realPath = (path: string): string => {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}
