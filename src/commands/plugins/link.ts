import {resolve} from 'node:path'

import {Plugin} from '@oclif/core'
import {commands} from '@oclif/plugin-plugins'

import {managing} from '../../lib/cli/manage-plugins.ts'
import {loadTellingFault, withoutLoadWarnings} from '../../lib/plugins/faulty-commands.ts'
import {checkPluginDirectory} from '../../lib/plugins/plugin-directory.ts'

const Base: (typeof commands)['plugins:link'] = managing(commands['plugins:link'], ({path}) =>
  checkPluginDirectory(String(path)),
)

export default class PluginsLink extends Base {
  override async run(): Promise<void> {
    // oclif loads the plugin before it installs what its commands import.
    await withoutLoadWarnings(() => super.run())
    const {args} = await this.parse(commands['plugins:link'])
    const root = resolve(args.path)
    const fault = await loadTellingFault(new Plugin({name: '', root, type: 'link'}))
    if (fault !== undefined) this.logToStderr(`Warning: ${fault}`)
  }
}
