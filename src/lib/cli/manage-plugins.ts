import type {Command} from '@oclif/core'

import {plannedExit} from './report-error.ts'
import {usageError} from './usage-error.ts'
import {AckError} from '../base/errors.ts'
import {shellWord} from '../base/shell-words.ts'

// oxlint-disable-next-line typescript/no-explicit-any -- what TypeScript asks of the base of a mixin
type RunnableClass = abstract new (...args: any[]) => Command & {run(): Promise<unknown>}

/**
 * A command of `@oclif/plugin-plugins` that reports its failures as this program does.
 *
 * @param check - looks at the arguments before oclif does, and throws an AckError for what oclif has no good words for
 */
export const managing = <C extends RunnableClass>(
  Base: C,
  check?: (args: Readonly<Record<string, unknown>>) => void,
): C => {
  abstract class Managing extends Base {
    override async run(): Promise<unknown> {
      try {
        // oclif would take the current directory, or look for a plugin without a name.
        if (this.argv.includes(''))
          throw new AckError('InvalidUsage', 'an argument is empty', 'pass the name or the path of a plugin')
        if (check) check((await this.parse(Base as unknown as typeof Command)).args)
        return await super.run()
      } catch (error) {
        throw managementFailure(error, (this.id ?? '').replaceAll(':', ' '))
      }
    }
  }
  return Managing
}

const managementFailure = (error: unknown, command: string): unknown => {
  if (!(error instanceof Error) || AckError.is(error) || plannedExit(error) !== undefined) return error
  if ('parse' in error) return usageError(error, command)
  const [message, nextStep] = explain(error)
  return new AckError('PluginFailed', message, nextStep, {cause: error})
}

const explain = (error: Error): readonly [message: string, nextStep: string] => {
  const {message} = error
  if (message.startsWith('not found: npm') || message === 'npm not found')
    return ['npm not found', 'install Node.js, which includes npm, or use `ack-ram-tool plugins link`']
  if (error instanceof SyntaxError)
    return [
      'a package.json cannot be read, since it is not JSON',
      'correct it; `ack-ram-tool plugins reset` removes all plugins',
    ]
  const [, code] = /exited with code (\d+)/.exec(message) ?? []
  if (code !== undefined)
    return [
      `npm exited with code ${code}`,
      'see the npm output above; set ACK_RAM_TOOL_NPM_REGISTRY for another registry, ACK_RAM_TOOL_NPM_LOG_LEVEL=verbose for details',
    ]
  // oclif has asked npm, and knows no more than that it failed.
  const [, name] = /^(.*) does not exist in the registry/.exec(message) ?? []
  if (name !== undefined)
    return [
      `${name} was not found: the registry does not have it, or could not be reached`,
      `check the name, the network, and ACK_RAM_TOOL_NPM_REGISTRY; \`npm view ${shellWord(name, process.platform)}\` says more`,
    ]
  if (message === 'plugin is invalid')
    return [
      'the package has no "oclif" object in its package.json, so it is not that of a plugin',
      'check the name, the address or the file: the package.json of a plugin has an "oclif" object',
    ]
  return [message, 'run `ack-ram-tool plugins` to list the installed plugins']
}
