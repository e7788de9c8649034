import type {Config} from '@oclif/core/interfaces'

import {AckError} from '../base/errors.ts'
import {isRootInDirOfOther} from '../base/files/make-dirs.ts'

/** Commands of oclif's own plugins by id, and where each makes files. */
const WRITERS: Readonly<Record<string, 'cacheDir' | 'dataDir'>> = {
  autocomplete: 'cacheDir',
  'autocomplete:create': 'cacheDir',
  'plugins:install': 'dataDir',
  'plugins:link': 'dataDir',
  'plugins:reset': 'dataDir',
  'plugins:uninstall': 'dataDir',
  'plugins:update': 'dataDir',
}

/**
 * Refuses what would leave root's files in the home of another user, as with a sudo that keeps HOME.
 *
 * @param id - of the command, as oclif has it
 * @throws AckError `InvalidUsage`
 */
export const refuseHomeOfOthers = (id: string, config: Pick<Config, 'cacheDir' | 'dataDir'>): void => {
  const place = Object.hasOwn(WRITERS, id) ? WRITERS[id] : undefined
  if (place === undefined || !isRootInDirOfOther(config[place])) return
  throw new AckError(
    'InvalidUsage',
    `root would make files in ${config[place]}, which is another user's`,
    'run it as that user, without sudo; or for root itself with `sudo -H`',
  )
}
