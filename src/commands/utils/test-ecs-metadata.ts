import {setTimeout as sleep} from 'node:timers/promises'

import {AckCommand} from '../../lib/cli/ack-command.ts'
import type {CommandNeeds} from '../../lib/cli/ask-missing.ts'
import {oclifFlags} from '../../lib/cli/flags.ts'
import {reportFailure} from '../../lib/cli/report-error.ts'
import {ENDING_SIGNALS, interruptible} from '../../lib/cli/wait.ts'
import {writeAnswer} from '../../lib/cli/write-answer.ts'
import {AckError} from '../../lib/base/errors.ts'
import {printable} from '../../lib/base/printable.ts'
import {METADATA_OPTIONS} from '../../lib/options/tool-definitions.ts'
import {readBoolean} from '../../lib/options/read-option.ts'
import {testEcsMetadata, type TellStep} from '../../lib/use-cases/test-ecs-metadata.ts'
import type {Invocation} from '../../lib/use-cases/invocation.ts'

/** As in the Go tool, in milliseconds. */
const PAUSE_MS = 30_000

export default class TestEcsMetadata extends AckCommand {
  static override summary = 'Test the metadata service of an ECS instance, step by step'

  static override description =
    'Gets credentials from the metadata service and from nowhere else, and asks STS whose they are: each step with its time, every 30 seconds until Ctrl-C. With --no-loop once, with an exit code.'

  static override examples = [
    {description: 'Test once, with an exit code', command: '<%= config.bin %> <%= command.id %> --no-loop'},
  ]

  static override options = METADATA_OPTIONS

  static override flags = oclifFlags(METADATA_OPTIONS)

  override needs(): CommandNeeds {
    return {credentials: false, clusterId: false}
  }

  async run(): Promise<void> {
    const invocation = await this.invocation()
    const isOnce = readBoolean('no-loop', METADATA_OPTIONS['no-loop'], invocation.inputs)
    return isOnce ? testOnce(invocation) : interruptible((ended) => testUntilEnded(invocation, ended), ENDING_SIGNALS)
  }
}

const testOnce = async (invocation: Invocation, ended?: AbortSignal): Promise<void> => {
  const tell: TellStep = (step, result, tookMs) =>
    writeAnswer(`${step.padEnd(13)}  ${printable(result)}, ${Math.round(tookMs)} ms\n`)
  await testEcsMetadata(invocation, tell, ended)
  await writeAnswer('success\n')
}

const testUntilEnded = async (invocation: Invocation, ended: AbortSignal): Promise<void> => {
  const {inputs, runtime} = invocation
  while (!ended.aborted) {
    try {
      await testOnce(invocation, ended)
    } catch (error) {
      if (ended.aborted) break
      if (!AckError.is(error) || error.code === 'OutputFailed') throw error
      reportFailure(error, inputs.flags, runtime.env, inputs.defaults)
    }
    await sleep(PAUSE_MS, undefined, {signal: ended}).catch(() => undefined)
  }
  await writeAnswer('exit\n')
}
