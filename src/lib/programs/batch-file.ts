import type {Runtime} from '../base/runtime.ts'

/**
 * Whether a file is one that only cmd.exe starts, as npm's shims are on Windows. It reads the arguments, too, and takes
 * some characters in them for commands, so that this program starts none.
 */
export const isBatchFile = (path: string, platform: Runtime['platform']): boolean =>
  platform === 'win32' && /\.(bat|cmd)[. ]*$/i.test(path)
