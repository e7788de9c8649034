import {existsSync} from 'node:fs'

import {pathBelow} from '../files/path-below.ts'
import type {Runtime} from '../runtime.ts'

/**
 * Whether the user has installed plugins of others, whose commands and hooks only oclif can run. oclif keeps the list of
 * them in its data directory.
 *
 * @see https://oclif.io/docs/config
 */
export const hasUserPlugins = ({env, homeDir, platform}: Pick<Runtime, 'env' | 'homeDir' | 'platform'>): boolean => {
  const base =
    env['XDG_DATA_HOME'] || (platform === 'win32' && env['LOCALAPPDATA']) || pathBelow(homeDir, '.local', 'share')
  return existsSync(pathBelow(env['ACK_RAM_TOOL_DATA_DIR'] || pathBelow(base, 'ack-ram-tool'), 'package.json'))
}
