import type {Runtime} from '../base/runtime.ts'

/** What says where programs are. */
export type Surroundings = Pick<Runtime, 'env' | 'platform'>

/** The paths that a command may mean, in the order in which they are tried. On Windows each ending is tried. */
export const candidatePaths = (command: string, {env, platform}: Surroundings): readonly string[] => {
  const {posix, win32} = process.getBuiltinModule('node:path')
  const isWindows = platform === 'win32'
  const paths = isWindows ? win32 : posix
  const search = env['PATH'] ?? (isWindows ? env['Path'] : undefined) ?? ''
  const dirs = (search === '' ? [] : search.split(paths.delimiter)).map((dir) =>
    isWindows ? dir.replaceAll('"', '') : dir,
  )
  const files = isPath(command)
    ? [command]
    : dirs
        .filter((dir) => dir !== '' || !isWindows)
        .map((dir) => (dir === '' ? `./${command}` : paths.join(dir, command)))
  if (!isWindows) return files
  const endings = (env['PATHEXT'] || '.COM;.EXE;.BAT;.CMD').split(';').filter(Boolean)
  // A file without an ending is no program there: npm puts one, for other shells, beside its .cmd.
  return files.flatMap((file) => (win32.extname(file) ? ['', ...endings] : endings).map((ending) => file + ending))
}

/** Whether a command is a path, not a name that is looked for. */
export const isPath = (command: string): boolean => /[/\\]/.test(command)
