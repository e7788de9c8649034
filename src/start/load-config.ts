import type {Config} from '@oclif/core'

import {hideVariable} from '../lib/base/given-environment.ts'
import {isAbsolutePath} from '../lib/base/is-absolute-path.ts'
import {asUnknownUser} from './unknown-user.ts'

/**
 * Loads oclif's configuration, but not the user's `theme.json`: oclif would wait for a named pipe there forever, and
 * colours decide nothing here.
 *
 * @param homeDir - undefined where there is none
 */
export const loadConfig = async (config: Config, homeDir: string | undefined): Promise<void> => {
  config.loadTheme = () => Promise.resolve(undefined)
  dropRelativeDirs()
  await asUnknownUser(homeDir, () => config.load())
}

/**
 * The XDG Base Directory Specification ignores a relative one, and oclif does not: what it keeps would be another's in each
 * directory. For good: its plugins bring copies of oclif, which read the environment later. Programs of the user get it.
 */
const dropRelativeDirs = (): void => {
  // oxlint-disable-next-line node/no-process-env -- oclif reads it itself
  const {env} = process
  for (const name of ['XDG_CACHE_HOME', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME'])
    if (!isAbsolutePath(env[name] ?? '')) hideVariable(env, name)
}
