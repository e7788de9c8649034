/**
 * A path as it can be used from any directory: a relative one is taken from the working directory. (`path.resolve`
 * normalises every character, and every kubectl waits for that.)
 */
export const absolutePath = (path: string): string => {
  if (path.startsWith('/') && process.platform !== 'win32') return path
  try {
    return process.getBuiltinModule('node:path').resolve(path)
  } catch {
    // The working directory was removed: nothing can be there.
    return path
  }
}
