import {AckError} from '../errors.ts'
import {pathBelow} from './path-below.ts'

/**
 * Replaces a leading `~` by the home directory.
 *
 * @throws AckError `InvalidOption` where there is none
 */
export const expandHome = (path: string, homeDir: string | undefined): string => {
  if (path !== '~' && !path.startsWith('~/') && !path.startsWith('~\\')) return path
  if (homeDir !== undefined) return pathBelow(homeDir, ...path.slice(2).split(/[/\\]/).filter(Boolean))
  throw new AckError(
    'InvalidOption',
    `${path} is below the home directory, and HOME is not set to an absolute path`,
    'set HOME, or give the whole path',
  )
}
