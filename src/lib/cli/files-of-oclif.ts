import type {Config} from '@oclif/core/interfaces'

import {AckError} from '../base/errors.ts'
import {isRootInDirOfOther} from '../base/files/make-dirs.ts'
import {isAbsolutePath} from '../base/is-absolute-path.ts'
import type {Runtime} from '../base/runtime.ts'

/** Commands of oclif's own plugins by id, and where each makes files, or has the shell read them. */
const WRITERS: Readonly<Record<string, 'cacheDir' | 'dataDir'>> = {
  autocomplete: 'cacheDir',
  'autocomplete:create': 'cacheDir',
  'autocomplete:script': 'cacheDir',
  'plugins:install': 'dataDir',
  'plugins:link': 'dataDir',
  'plugins:reset': 'dataDir',
  'plugins:uninstall': 'dataDir',
  'plugins:update': 'dataDir',
}

/** The variables that say where each directory is without a home; the second one on Windows alone. */
const NAMED_BY = {cacheDir: ['XDG_CACHE_HOME', 'LOCALAPPDATA'], dataDir: ['XDG_DATA_HOME', 'LOCALAPPDATA']} as const

/**
 * Refuses what would leave root's files in the home of another user, as with a sudo that keeps HOME, and what oclif would
 * make in the directory of temporary files, which is everybody's, for a user without a home directory.
 *
 * @param id - of the command, as oclif has it
 * @throws AckError `InvalidUsage`
 */
export const refuseHomeOfOthers = (
  id: string,
  config: Pick<Config, 'cacheDir' | 'dataDir'>,
  {env, homeDir, platform}: Pick<Runtime, 'env' | 'homeDir' | 'platform'>,
): void => {
  const place = Object.hasOwn(WRITERS, id) ? WRITERS[id] : undefined
  if (place === undefined) return
  const [xdg, onWindows] = NAMED_BY[place]
  const isNamed = isAbsolutePath(env[xdg] ?? '', platform) || (platform === 'win32' && Boolean(env[onWindows]))
  if (homeDir === undefined && !isNamed)
    throw new AckError(
      'InvalidUsage',
      'there is no place for files of your own: HOME is not set to an absolute path',
      `set HOME${place === 'cacheDir' ? ', or use `ack-ram-tool completion`, which needs no file' : ''}`,
    )
  if (!isRootInDirOfOther(config[place])) return
  throw new AckError(
    'InvalidUsage',
    `root would make files in ${config[place]}, which is another user's`,
    'run it as that user, without sudo; or for root itself with `sudo -H`',
  )
}
