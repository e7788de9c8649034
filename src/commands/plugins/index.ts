import {commands} from '@oclif/plugin-plugins'

import {managing} from '../../lib/cli/manage-plugins.ts'

const Plugins: typeof commands.plugins = managing(commands.plugins)

export default Plugins
