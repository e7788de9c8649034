import {AckCommand} from '../lib/cli/ack-command.ts'
import {CREDENTIAL_FORMATS, type CredentialFormat} from '../lib/cli/credential-formats.ts'
import {oclifFlags} from '../lib/cli/flags.ts'
import {isInteractive} from '../lib/cli/is-interactive.ts'
import {askYesNo} from '../lib/cli/prompt.ts'
import {writeAnswer} from '../lib/cli/write-answer.ts'
import {AckError} from '../lib/base/errors.ts'
import {EXPORT_OPTIONS} from '../lib/options/tool-definitions.ts'
import {readText} from '../lib/options/read-option.ts'
import {exportCredentials, type CredentialExport} from '../lib/use-cases/export-credentials.ts'
import {runWithCredentials} from '../lib/use-cases/run-with-credentials.ts'
import type {Invocation} from '../lib/use-cases/invocation.ts'

export default class ExportCredentials extends AckCommand {
  static override summary = 'Print credentials for other programs, or run one with them'

  static override description =
    'Gets credentials as every other command does and prints them in a format that another program reads, or runs a command with them in its environment. Variables of other credentials are removed for the command, whose exit code is passed on. On a terminal it asks before it shows a secret.'

  static override usage = '<%= command.id %> [flags] [-- <command> [arguments]]'

  static override examples = [
    {description: 'Set variables in this shell', command: 'eval "$(<%= config.bin %> <%= command.id %> --format env)"'},
    {
      description: 'Run a command with the credentials of a role in its environment',
      command: '<%= config.bin %> <%= command.id %> --role-arn acs:ram::1234567890123456:role/admin -- terraform plan',
    },
    {
      description: 'Print a profile of the aliyun CLI',
      command: '<%= config.bin %> <%= command.id %> --format aliyuncli-json',
    },
  ]

  static override strict = false
  static override takesWords = true

  static override options = EXPORT_OPTIONS

  static override flags = oclifFlags(EXPORT_OPTIONS)

  async run(): Promise<void> {
    const invocation = await this.invocation()
    const format = readText('format', EXPORT_OPTIONS.format, invocation.inputs)?.value as CredentialFormat | undefined
    const {words, behind} = this.given
    const command = [...words, ...(behind ?? [])]
    if (behind && command.length === 0) throw commandMissing()
    if (command.length > 0 && format !== undefined && !ENVIRONMENT.has(format)) throw notForCommand(format)
    const exported = await exportCredentials(await this.credentialSource(invocation), invocation)
    if (command.length > 0) return this.#runCommand(command, exported, invocation)
    await mayShow(invocation)
    await writeAnswer(CREDENTIAL_FORMATS[format ?? 'aliyun-cli-config-json'](exported))
  }

  async #runCommand(
    command: readonly string[],
    {groups, stale}: CredentialExport,
    {runtime, log}: Invocation,
  ): Promise<void> {
    await log.flush()
    const exitCode = await runWithCredentials(command, groups, stale, runtime)
    if (exitCode !== 0) this.exit(exitCode)
  }
}

const ENVIRONMENT: ReadonlySet<CredentialFormat> = new Set(['environment-variables', 'env'])

const commandMissing = (): AckError =>
  new AckError('InvalidUsage', 'there is no command behind --', 'add the command, or remove --')

const notForCommand = (format: string): AckError =>
  new AckError(
    'InvalidOption',
    `--format ${format} cannot be given to a command`,
    'a command gets environment variables: leave out --format, or leave out the command to print that format',
  )

/**
 * Nobody but the reader of a terminal may see a secret by mistake: a file or a pipe was asked for.
 *
 * @throws AckError `Cancelled` for a no; `InvalidUsage` if nobody can be asked
 */
const mayShow = async (invocation: Invocation): Promise<void> => {
  if (!invocation.runtime.stdoutIsTerminal || invocation.options.assumeYes) return
  if (!isInteractive(invocation))
    throw new AckError(
      'InvalidUsage',
      'the credentials were not shown: to show a secret on a terminal needs a yes, and there is nobody to ask',
      'pass --assume-yes to show them all the same, or send stdout to a file or a program',
    )
  if (await askYesNo('Show the secret on this terminal?')) return
  throw new AckError('Cancelled', 'the credentials were not shown')
}
