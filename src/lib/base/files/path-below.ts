const SEPARATOR = process.platform === 'win32' ? '\\' : '/'

/** Joins a directory and names below it. (`path.join` normalises every character, and every kubectl waits for that.) */
export const pathBelow = (dir: string, ...names: readonly string[]): string =>
  [dir.endsWith(SEPARATOR) ? dir.slice(0, -1) : dir, ...names].join(SEPARATOR)
