import {unlinkSync} from 'node:fs'

/** Removes a file; a failure is ignored, and a directory stays. */
export const unlinkIfPossible = (path: string): void => {
  try {
    unlinkSync(path)
  } catch {
    // Somebody has removed it already, or it is no file of ours.
  }
}
