import {resolve} from 'node:path'

import {Flags, Plugin} from '@oclif/core'
import {commands} from '@oclif/plugin-plugins'

import {managing} from '../../lib/cli/manage-plugins.ts'
import {loadTellingFault, withoutLoadWarnings} from '../../lib/plugins/faulty-commands.ts'
import {checkPluginDirectory} from '../../lib/plugins/plugin-directory.ts'

const Base: (typeof commands)['plugins:link'] = managing(commands['plugins:link'], ({path}) =>
  checkPluginDirectory(String(path)),
)

export default class PluginsLink extends Base {
  static override description = `Link the directory of a plugin that you are writing: it runs from there.

Where it has a command of the same name as <%= config.bin %>, that of <%= config.bin %> runs.

A plugin runs with your permissions and can read your credentials: link only plugins that you trust.`

  static override examples = ['<%= config.bin %> <%= command.id %> --no-install ./my-plugin']

  static override flags = {
    ...Base.flags,
    install: Flags.boolean({
      allowNo: true,
      default: true,
      description: 'Install what the plugin depends on, before it is linked; --no-install leaves that to you.',
    }),
    verbose: Flags.boolean({char: 'v', description: 'Show verbose npm output.'}),
  }

  override async run(): Promise<void> {
    // oclif loads the plugin before it installs what its commands import.
    await withoutLoadWarnings(() => super.run())
    const {args} = await this.parse(commands['plugins:link'])
    const root = resolve(args.path)
    const fault = await loadTellingFault(new Plugin({name: '', root, type: 'link'}))
    if (fault !== undefined) this.logToStderr(`Warning: ${fault}`)
  }
}
