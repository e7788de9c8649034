import {AckCommand} from '../../lib/cli/ack-command.ts'
import type {CommandNeeds} from '../../lib/cli/ask-missing.ts'
import {oclifFlags} from '../../lib/cli/flags.ts'
import {EXAMPLE_ID} from '../../lib/cli/help/example-id.ts'
import {formatAs} from '../../lib/cli/format-answer.ts'
import {formatInspection} from '../../lib/cli/format-inspection.ts'
import {readStdin} from '../../lib/cli/read-stdin.ts'
import {writeAnswer} from '../../lib/cli/write-answer.ts'
import {AckError, EXIT} from '../../lib/base/errors.ts'
import {INSPECT_OPTIONS} from '../../lib/options/tool-definitions.ts'
import {readBoolean, readOutput, readText} from '../../lib/options/read-option.ts'
import type {TokenVersion} from '../../lib/options/token-options.ts'
import {inspectToken, tokenFromExec, tokenIn} from '../../lib/use-cases/inspect-token.ts'
import type {Invocation} from '../../lib/use-cases/invocation.ts'
import {loadYaml} from '../../lib/yaml/yaml-library.ts'

export default class InspectToken extends AckCommand {
  static override summary = 'Check a token as the server does, and say what is wrong with it'

  static override description =
    'Reads a token, or the ExecCredential around it, from standard input and makes the checks of ack-ram-authenticator in its order: pass, fail or unknown, and why. Nothing is sent unless --online is given. With the credentials at hand it recomputes the signature. Exits with 0 only if nothing fails. (A token as an argument works, but other users of the machine see it in the list of processes.)'

  static override usage = '<%= command.id %> [--from-exec -c <id>] [flags]'

  static override examples = [
    {
      description: 'Check the token that get-token makes, also with STS',
      command: `<%= config.bin %> <%= command.id %> --from-exec -c ${EXAMPLE_ID} --online`,
    },
    {
      description: 'Check a token from elsewhere',
      command: `<%= config.bin %> credential-plugin get-token -c ${EXAMPLE_ID} | <%= config.bin %> <%= command.id %> -c ${EXAMPLE_ID}`,
    },
  ]

  static override strict = false
  static override takesWords = true

  static override options = INSPECT_OPTIONS

  static override flags = oclifFlags(INSPECT_OPTIONS)

  override needs(): CommandNeeds {
    return {credentials: false, clusterId: false}
  }

  async run(): Promise<void> {
    const invocation = await this.invocation()
    const {inputs} = invocation
    const request = {
      clusterId: readText('cluster-id', INSPECT_OPTIONS['cluster-id'], inputs)?.value,
      tokenVersion: readText('token-version', INSPECT_OPTIONS['token-version'], inputs)?.value as TokenVersion,
      isOnline: readBoolean('online', INSPECT_OPTIONS.online, inputs),
    }
    const {token, ...context} = await this.#token(invocation)
    const {inspection, failure} = await inspectToken(token, request, {...invocation, ...context})
    const yaml = inspection.identity ? (await loadYaml()).format(inspection.identity.mapping, false) : ''
    const output = readOutput(INSPECT_OPTIONS.output, inputs)
    await writeAnswer(await formatAs(inspection, output, () => formatInspection(inspection, yaml)))
    if (inspection.checks.some(({result}) => result === 'fail')) this.exit(EXIT.credentialsRefused)
    // The other checks have been made all the same.
    if (failure) throw failure
  }

  async #token(invocation: Invocation): Promise<Pick<Invocation, 'source'> & {readonly token: string}> {
    const [argument, ...others] = this.given.words
    const isFromExec = readBoolean('from-exec', INSPECT_OPTIONS['from-exec'], invocation.inputs)
    if (others.length > 0 || (isFromExec && argument !== undefined)) throw oneToken()
    if (isFromExec) {
      const {token, source} = await tokenFromExec(invocation)
      return {token, source: () => Promise.resolve(source)}
    }
    const text = argument === undefined || argument === '-' ? await readStdin(invocation.runtime) : argument
    const token = tokenIn(text)
    if (token === '') throw noToken()
    return {token, source: () => invocation.source()}
  }
}

const oneToken = (): AckError =>
  new AckError('InvalidUsage', 'more than one token was given', 'pipe one token to the command, or pass --from-exec')

const noToken = (): AckError =>
  new AckError(
    'InvalidUsage',
    'no token was given',
    'pipe one to the command, or pass --from-exec to inspect the one that get-token makes',
  )
