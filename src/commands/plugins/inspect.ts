import {commands} from '@oclif/plugin-plugins'

import {managing} from '../../lib/cli/manage-plugins.ts'
import {checkPluginDirectory} from '../../lib/plugins/plugin-directory.ts'

const Base: (typeof commands)['plugins:inspect'] = managing(commands['plugins:inspect'], ({plugin}) => {
  if (plugin === '.') checkPluginDirectory('.')
})

type Inspect = typeof Base.prototype.inspect

export default class PluginsInspect extends Base {
  static override usage = '<%= command.id %> <plugin>... [flags]'

  #hasFailed = false

  override async inspect(...given: Parameters<Inspect>): ReturnType<Inspect> {
    try {
      return await super.inspect(...given)
    } catch (error) {
      this.#hasFailed = true
      throw error
    }
  }

  /** oclif says `failed` on stdout, where nobody expects anything but an answer. */
  override log(...given: Parameters<typeof Base.prototype.log>): void {
    if (!this.#hasFailed) super.log(...given)
  }
}
