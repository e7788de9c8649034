/** What every run does with files. The standalone executable has a quicker way, in a file that takes the place of this. */
import {existsSync} from 'node:fs'

import {writeStandard} from './write-standard.ts'

/** Whether there is something at a path. */
export const pathExists = (path: string): boolean => existsSync(path)

/**
 * Writes all of a text to stdout.
 *
 * @throws the system's error
 */
export const writeStdout = (text: string): Promise<void> => writeStandard(1, text)
