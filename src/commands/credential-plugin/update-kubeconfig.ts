import {AckError} from '../../lib/base/errors.ts'
import {AckCommand} from '../../lib/cli/ack-command.ts'
import type {CommandNeeds} from '../../lib/cli/ask-missing.ts'
import {oclifFlags} from '../../lib/cli/flags.ts'
import {
  failuresError,
  formatPreview,
  formatRestored,
  formatUpdate,
  whyNothingIsShown,
} from '../../lib/cli/format-update.ts'
import {EXAMPLE_ID} from '../../lib/cli/help/example-id.ts'
import {confirmUndo, mergeQuestions} from '../../lib/cli/kubeconfig-texts.ts'
import {progressLine} from '../../lib/cli/progress-line.ts'
import {retryCommand} from '../../lib/cli/retry-command.ts'
import {interruptible} from '../../lib/cli/wait.ts'
import {writeAnswer, writeMessage} from '../../lib/cli/write-answer.ts'
import {previewUndo, undoUpdate} from '../../lib/use-cases/undo-update.ts'
import {updateFleet} from '../../lib/use-cases/fleet/update-fleet.ts'
import {updateKubeconfig, type UpdateResult} from '../../lib/use-cases/update-kubeconfig.ts'
import {UPDATE_OPTIONS} from '../../lib/options/kubeconfig-definitions.ts'
import type {OptionInputs} from '../../lib/options/read-option.ts'
import {readUpdateOptions, type UpdateOptions} from '../../lib/options/update-options.ts'
import type {Invocation} from '../../lib/use-cases/invocation.ts'

export default class UpdateKubeconfig extends AckCommand {
  static override aliases = ['update-kubeconfig']

  static override summary = 'Merge one or all clusters into your kubeconfig'

  static override description =
    "Gets the cluster's address from the Container Service and merges context, cluster and user into the kubeconfig that kubectl reads. Everything else in the file stays, comments too. Requires the RAM permission cs:DescribeClusterUserKubeconfig; --all also cs:DescribeClustersV1."

  static override usage = '<%= command.id %> (--cluster-id <id>|--all|--undo) [flags]'

  static override examples = [
    {
      description: 'Add a cluster, by a name of your choice',
      command: `<%= config.bin %> <%= command.id %> -c ${EXAMPLE_ID} --alias production`,
    },
    {
      description: 'See first what that would change, with tokens instead of certificates',
      command: '<%= config.bin %> <%= command.id %> -c production --mode token --diff',
    },
    {
      description: 'Add all clusters of a region whose names begin with prod, by these names',
      command:
        "<%= config.bin %> <%= command.id %> --all --region-id cn-hangzhou --filter 'name=prod*' --alias '{name}'",
    },
    {description: 'Take the last update back', command: '<%= config.bin %> <%= command.id %> --undo'},
  ]

  static override options = UPDATE_OPTIONS

  static override writesEntry = true

  static override flags = oclifFlags(UPDATE_OPTIONS)

  override needs(inputs: OptionInputs): CommandNeeds {
    const {undoes, takesAll, givenServer} = readUpdateOptions(inputs)
    return {credentials: !undoes && !givenServer, clusterId: !undoes && !takesAll}
  }

  async run(): Promise<void> {
    const invocation = await this.invocation()
    const options = readUpdateOptions(invocation.inputs)
    if (options.undoes) return this.#undo(options, invocation)
    const result = await (options.takesAll
      ? this.#updateFleet(options, invocation)
      : this.#updateOne(options, invocation))
    const retry = retryCommand(result, invocation)
    await writeAnswer(await formatUpdate(result, options, retry))
    const nothing = whyNothingIsShown(result, options)
    if (nothing !== undefined) writeMessage(nothing)
    const failure = failuresError(result, retry)
    if (failure) throw failure
  }

  #updateOne(options: UpdateOptions, invocation: Invocation): Promise<UpdateResult> {
    return updateKubeconfig(options, invocation, mergeQuestions(invocation))
  }

  async #updateFleet(options: UpdateOptions, invocation: Invocation): Promise<UpdateResult> {
    const line = progressLine(invocation)
    const fetching = async <T>(run: (interrupted: AbortSignal) => Promise<T>): Promise<T> => {
      try {
        return await interruptible(run)
      } catch (error) {
        // A cancelled run is not reported as an error: what has become of the file has to be said all the same.
        if (AckError.is(error) && error.code === 'Cancelled') {
          line.end()
          await invocation.log.flush()
          writeMessage(`${error.message}\n`)
        }
        throw error
      }
    }
    try {
      return await updateFleet(options, invocation, mergeQuestions(invocation), {
        tell: line.tell,
        interruptible: fetching,
      })
    } finally {
      line.end()
    }
  }

  async #undo(options: UpdateOptions, invocation: Invocation): Promise<void> {
    if (options.output === 'write') {
      const files = await undoUpdate(options, invocation, confirmUndo(invocation))
      return writeAnswer(await formatRestored(files, options.format))
    }
    return writeAnswer(await formatPreview(await previewUndo(options, invocation), options.output, options.format))
  }
}
