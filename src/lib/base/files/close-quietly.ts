import {closeSync} from 'node:fs'

/** Closes what was only read: network file systems may fail at that too, and nothing depends on it. Never throws. */
export const closeQuietly = (file: number): void => {
  try {
    closeSync(file)
  } catch {
    // It is closed all the same.
  }
}
