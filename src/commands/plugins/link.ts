import {commands} from '@oclif/plugin-plugins'

import {managing} from '../../lib/cli/manage-plugins.ts'

const PluginsLink: (typeof commands)['plugins:link'] = managing(commands['plugins:link'])

export default PluginsLink
