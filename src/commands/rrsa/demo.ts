import {setTimeout as sleep} from 'node:timers/promises'

import {AckError} from '../../lib/base/errors.ts'
import {AckCommand} from '../../lib/cli/ack-command.ts'
import type {CommandNeeds} from '../../lib/cli/ask-missing.ts'
import {oclifFlags} from '../../lib/cli/flags.ts'
import {ENDING_SIGNALS, interruptible} from '../../lib/cli/wait.ts'
import {writeAnswer} from '../../lib/cli/write-answer.ts'
import {printable} from '../../lib/base/printable.ts'
import {RRSA_DEMO_OPTIONS} from '../../lib/options/rrsa-proof-definitions.ts'
import {optionReader} from '../../lib/options/option-reader.ts'
import {runDemo} from '../../lib/use-cases/rrsa/demo.ts'

export default class RrsaDemo extends AckCommand {
  static override summary = 'List clusters again and again, to see RRSA work in a pod'

  static override description =
    'Lists the clusters of a region with whatever credentials are found; in a pod with RRSA those of its RAM role. Ends by Ctrl-C or SIGTERM. Requires the RAM permission cs:DescribeClustersForRegion.'

  static override examples = [
    {description: 'List once', command: '<%= config.bin %> <%= command.id %> --no-loop --region cn-hangzhou'},
  ]

  static override options = RRSA_DEMO_OPTIONS

  static override flags = oclifFlags(RRSA_DEMO_OPTIONS)

  override needs(): CommandNeeds {
    return {credentials: true, clusterId: false}
  }

  async run(): Promise<void> {
    const invocation = await this.invocation()
    const read = optionReader(RRSA_DEMO_OPTIONS, invocation.inputs)
    const intervalMs = read.duration('interval')
    if (intervalMs < 1000)
      throw new AckError('InvalidOption', '--interval must be at least 1s', 'use a duration such as 30s')
    await interruptible(
      (ended) =>
        runDemo(
          {
            region: read.text('region'),
            loops: !read.flag('no-loop'),
            intervalMs,
            ended,
            pause: (milliseconds, signal) => sleep(milliseconds, undefined, {signal}),
            print: (clusters) =>
              writeAnswer(
                `clusters:\n${clusters.map(({id, name}) => `cluster id: ${printable(id)}, cluster name: ${printable(name)}\n`).join('')}`,
              ),
          },
          invocation,
        ),
      ENDING_SIGNALS,
    )
  }
}
