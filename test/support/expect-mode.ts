import {lstat} from 'node:fs/promises'

import {expect} from 'chai'

/** Checks who may do what with a file or a directory. Windows has no modes: nothing is checked there. */
export const expectMode = async (path: string, mode: number): Promise<void> => {
  if (process.platform !== 'win32') expect((await lstat(path)).mode & 0o7777, path).to.equal(mode)
}
