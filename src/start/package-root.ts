import {dirname} from 'node:path'

/** The directory of this package, by the path of its launcher. */
export const packageRoot = (launcher: string): string => dirname(dirname(launcher))
