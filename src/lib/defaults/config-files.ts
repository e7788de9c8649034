import type {AckError} from '../base/errors.ts'
import {anyExists} from '../base/files/any-exists.ts'
import {pathBelow} from '../base/files/path-below.ts'
import type {Runtime} from '../base/runtime.ts'
import type {Defaults, Flags} from '../options/read-option.ts'

/** Names another file, which then is the only one; or `none`. */
export const CONFIG_VARIABLE = 'ACK_RAM_TOOL_CONFIG'

/** The way out for whom a file stops that others have to mend, as the end of a next step. */
export const LEAVE_OUT = `or set ${CONFIG_VARIABLE}=none`

/** What a command line has, as far as defaults depend on it. */
export interface LineWithDefaults {
  readonly command?: string | undefined
  readonly flags: Flags
  readonly problem: AckError | undefined
  readonly defaults?: Defaults | undefined
}

/** The surroundings that say where the files are. */
export type Where = Pick<Runtime, 'env' | 'homeDir' | 'platform'>

/**
 * A command line with what the defaults files say. What is wrong with a file becomes the problem of the line, which then is
 * reported in its turn. Where there is no file, two looks at the file system are all that it costs: kubectl waits.
 */
export const withDefaults = async <L extends LineWithDefaults>(line: L, runtime: Where): Promise<L> => {
  if (line.defaults) return line
  if (!runtime.env[CONFIG_VARIABLE] && !anyExists(configPaths(runtime))) return {...line, defaults: {}}
  const {addDefaults} = await import('./read-defaults.ts')
  return addDefaults(line, runtime)
}

/**
 * The user's file and that of the system, by the XDG Base Directory Specification, which ignores a relative path: nothing
 * is looked for in the working directory. On Windows that of the system is where programs are, which only administrators
 * can write: any user can make a directory in `C:\ProgramData`, and who owns a file is not to be had there.
 */
export const configPaths = ({env, homeDir, platform}: Where): readonly string[] => {
  const isWindows = platform === 'win32'
  const xdg = env['XDG_CONFIG_HOME'] ?? ''
  const ofUser = isWindows ? env['APPDATA'] : xdg.startsWith('/') ? xdg : homeDir && pathBelow(homeDir, '.config')
  const paths: string[] = []
  for (const dir of [ofUser, isWindows ? env['ProgramFiles'] : '/etc'])
    if (dir && (!isWindows || /^([a-zA-Z]:|\\)[\\/]/.test(dir)))
      paths.push(pathBelow(dir, 'ack-ram-tool', 'config.yaml'))
  return paths
}
