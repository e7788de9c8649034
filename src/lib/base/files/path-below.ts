const SEPARATOR = process.platform === 'win32' ? '\\' : '/'

/** The path of what lies below a directory. (`path.join` looks at every character again, and every kubectl waits for it.) */
export const pathBelow = (dir: string, ...names: readonly string[]): string =>
  [dir.endsWith(SEPARATOR) ? dir.slice(0, -1) : dir, ...names].join(SEPARATOR)
