import {commands} from '@oclif/plugin-plugins'

import {managing} from '../../lib/cli/manage-plugins.ts'

const PluginsUninstall: (typeof commands)['plugins:uninstall'] = managing(commands['plugins:uninstall'])

export default PluginsUninstall
