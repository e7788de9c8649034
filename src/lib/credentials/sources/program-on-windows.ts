import type {Environment} from '../../base/runtime.ts'

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
  const {win32} = process.getBuiltinModule('node:path')
  const names = [...(program.includes('.') ? [program] : []), `${program}.com`, `${program}.exe`]
  const path = Object.entries(env).find(([name]) => name.toUpperCase() === 'PATH')?.[1] ?? ''
  const dirs = path.split(';').map((dir) => dir.replaceAll('"', ''))
  return dirs
    .filter((dir) => /^([a-zA-Z]:[\\/]|\\\\)/.test(dir))
    .flatMap((dir) => names.map((name) => win32.join(dir, name)))
    .find(isFile)
}
