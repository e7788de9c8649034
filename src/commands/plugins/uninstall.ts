import {commands} from '@oclif/plugin-plugins'

import {AckError} from '../../lib/base/errors.ts'
import {managing} from '../../lib/cli/manage-plugins.ts'

const Base: (typeof commands)['plugins:uninstall'] = managing(commands['plugins:uninstall'])

export default class PluginsUninstall extends Base {
  override async run(): Promise<void> {
    try {
      await super.run()
    } catch (error) {
      // Without a name oclif looks for a plugin that is linked to the directory where it runs.
      const isNamed = this.argv.some((argument) => !argument.startsWith('-'))
      if (isNamed || !AckError.is(error) || error.message !== '. is not installed') throw error
      throw new AckError(
        'InvalidUsage',
        'no plugin named',
        'name one: ack-ram-tool plugins uninstall <plugin>; or run it in the directory of a linked plugin',
      )
    }
  }
}
