import {commands} from '@oclif/plugin-plugins'

import {managing} from '../../lib/cli/manage-plugins.ts'

const PluginsInspect: (typeof commands)['plugins:inspect'] = managing(commands['plugins:inspect'])

export default PluginsInspect
