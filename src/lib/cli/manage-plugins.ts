import type {Command} from '@oclif/core'

import {plannedExit} from './report-error.ts'
import {usageError} from './usage-error.ts'
import {AckError} from '../base/errors.ts'

// oxlint-disable-next-line typescript/no-explicit-any -- what TypeScript asks of the base of a mixin
type RunnableClass = abstract new (...args: any[]) => Command & {run(): Promise<unknown>}

/** A command of `@oclif/plugin-plugins` whose failures are errors of ours. */
export const managing = <C extends RunnableClass>(Base: C): C => {
  abstract class Managing extends Base {
    override async run(): Promise<unknown> {
      try {
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
  const [message, nextStep] = explain(error.message)
  return new AckError('PluginFailed', message, nextStep, {cause: error})
}

/** What a message of `@oclif/plugin-plugins` means for the user. */
const explain = (message: string): readonly [message: string, nextStep: string] => {
  if (message.startsWith('not found: npm') || message === 'npm not found')
    return ['npm not found', 'install Node.js with npm, which installs plugins; or use plugins link']
  const [, code] = /exited with code (\d+)/.exec(message) ?? []
  if (code !== undefined)
    return [
      `npm exited with code ${code}`,
      'see its output above, or more with ACK_RAM_TOOL_NPM_LOG_LEVEL=verbose; ACK_RAM_TOOL_NPM_REGISTRY names another registry',
    ]
  if (message.includes('does not exist in the registry'))
    return [message.replace(/\.$/, ''), 'check its name, the network, and ACK_RAM_TOOL_NPM_REGISTRY']
  return [message, 'see ack-ram-tool plugins']
}
