import {commands} from '@oclif/plugin-plugins'

import {managing} from '../../lib/cli/manage-plugins.ts'

const PluginsReset: (typeof commands)['plugins:reset'] = managing(commands['plugins:reset'])

export default PluginsReset
