import type {Config} from '@oclif/core'

import {asUnknownUser} from './unknown-user.ts'

/**
 * Loads oclif's configuration, but not the user's `theme.json`: oclif would wait for a named pipe there forever, and
 * colours decide nothing here.
 *
 * @param homeDir - undefined where there is none
 */
export const loadConfig = async (config: Config, homeDir: string | undefined): Promise<void> => {
  config.loadTheme = () => Promise.resolve(undefined)
  await asUnknownUser(homeDir, () => config.load())
}
