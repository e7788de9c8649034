import {commands} from '@oclif/plugin-plugins'

import {managing} from '../../lib/cli/manage-plugins.ts'

const Base: (typeof commands)['plugins:inspect'] = managing(commands['plugins:inspect'])

export default class PluginsInspect extends Base {
  static override usage = '<%= command.id %> <plugin>... [flags]'
}
