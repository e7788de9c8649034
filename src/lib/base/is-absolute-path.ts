/**
 * Whether a path means the same file from any directory, as Go has it. On Windows one without a drive, such as `\tools`, is
 * on the current drive, and one with nothing but a drive, such as `C:tools`, below its current directory: Node calls the
 * former absolute.
 *
 * @see https://pkg.go.dev/path/filepath#IsAbs
 */
export const isAbsolutePath = (path: string, platform: NodeJS.Platform = process.platform): boolean =>
  platform === 'win32' ? /^([a-zA-Z]:[\\/]|[\\/]{2}[^\\/])/.test(path) : path.startsWith('/')
