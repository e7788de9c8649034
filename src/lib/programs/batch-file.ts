import type {Runtime} from '../base/runtime.ts'

/**
 * Whether a file is one that only cmd.exe starts, as npm's shims are on Windows. It reads the arguments, too, and takes
 * some characters in them for commands, so that this program starts none.
 */
export const isBatchFile = (path: string, platform: Runtime['platform']): boolean =>
  platform === 'win32' && /\.(bat|cmd)[. ]*$/i.test(path)

/**
 * What of a command line cmd.exe would misread when kubectl starts a batch file with it. Go puts an argument into quotes
 * only where it has blanks, and writes a quotation mark in a way that ends them for cmd.exe, which replaces variables
 * within quotes, too.
 *
 * @param path - of the batch file
 * @returns such as `the value of --profile-name`: the value itself may be secret; undefined if nothing is misread
 */
export const misreadByCmd = (path: string, args: readonly string[]): string | undefined => {
  if (isMisread(path)) return 'the path of the command'
  const at = args.findIndex(isMisread)
  if (at === -1) return undefined
  const flag = [args[at], args[at - 1]].map((text = '') => /^--[a-z-]+(?==|$)/.exec(text)?.[0]).find(Boolean)
  return flag === undefined ? `argument ${at + 1}` : `the value of ${flag}`
}

/** The characters for which {@link misreadByCmd} looks, for messages. */
export const MISREAD_CHARACTERS = '& | < > ^ ( ) % !'

const isMisread = (text: string): boolean =>
  /[%!\r\n]/.test(text) || (/[&|<>^()]/.test(text) && (text.includes('"') || !/[ \t]/.test(text)))
