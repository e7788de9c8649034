import {statSync} from 'node:fs'
import {resolve} from 'node:path'

import {commands} from '@oclif/plugin-plugins'

import {AckError} from '../../lib/base/errors.ts'
import {managing} from '../../lib/cli/manage-plugins.ts'
import {shellWord} from '../../lib/base/shell-words.ts'

const Base: (typeof commands)['plugins:install'] = managing(commands['plugins:install'])

type ParsePlugin = typeof Base.prototype.parsePlugin

export default class PluginsInstall extends Base {
  static override description = `Install plugins for this user, with npm.

A plugin runs with your permissions and can read your credentials: install only plugins that you trust.

Use the <%= config.scopedEnvVarKey('NPM_LOG_LEVEL') %> environment variable to set the npm loglevel.
Use the <%= config.scopedEnvVarKey('NPM_REGISTRY') %> environment variable to set the npm registry.`

  static override examples = [
    {command: '<%= config.bin %> <%= command.id %> my-plugin', description: 'Install a plugin from the npm registry.'},
    {
      command: '<%= config.bin %> <%= command.id %> https://github.com/owner/repository',
      description: 'Install a plugin from a git repository.',
    },
    {
      command: '<%= config.bin %> <%= command.id %> ./my-plugin-1.0.0.tgz',
      description: 'Install a plugin from a file made by npm pack.',
    },
  ]

  override async parsePlugin(...[plugins, input]: Parameters<ParsePlugin>): ReturnType<ParsePlugin> {
    if (!isLocalPath(input)) return super.parsePlugin(plugins, input)
    if (isDirectory(input)) {
      throw new AckError(
        'InvalidUsage',
        `${input} is a directory`,
        `link it: ack-ram-tool plugins link ${shellWord(input, process.platform)}; or install the file that npm pack makes of it`,
      )
    }
    return {type: 'repo' as const, url: `file:${resolve(input)}`}
  }
}

const isLocalPath = (input: string): boolean =>
  /^(\.{1,2}[/\\]|[/\\]|[A-Za-z]:[/\\])/.test(input) || (/\.(tgz|tar\.gz)$/.test(input) && !input.includes('://'))

const isDirectory = (path: string): boolean => {
  try {
    return statSync(path).isDirectory()
  } catch {
    throw new AckError('InvalidUsage', `${path} does not exist`, 'use the path of a file made by npm pack')
  }
}
