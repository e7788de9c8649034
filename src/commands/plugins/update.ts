import {commands} from '@oclif/plugin-plugins'

import {managing} from '../../lib/cli/manage-plugins.ts'

const PluginsUpdate: (typeof commands)['plugins:update'] = managing(commands['plugins:update'])

export default PluginsUpdate
