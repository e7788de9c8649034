import {AckCommand} from '../../lib/cli/ack-command.ts'
import {tokenAnswer} from '../../lib/use-cases/answer-kubectl.ts'
import {oclifFlags} from '../../lib/cli/flags.ts'
import {EXAMPLE_ID} from '../../lib/cli/help/example-id.ts'
import {writeAnswer} from '../../lib/cli/write-answer.ts'
import {tellIssued} from '../../lib/plugins/hooks.ts'
import {TOKEN_OPTIONS} from '../../lib/options/exec-definitions.ts'

export default class GetToken extends AckCommand {
  static override summary = 'Get a token for ack-ram-authenticator'

  static override description =
    'Signs an STS GetCallerIdentity request with your credentials and prints it as an ExecCredential for kubectl and other client-go programs. The token is made locally, without a network call.'

  static override usage = '<%= command.id %> --cluster-id <id> [flags]'

  static override examples = [
    {description: 'What kubectl gets', command: `<%= config.bin %> <%= command.id %> -c ${EXAMPLE_ID}`},
    {
      description: 'With the credentials of a profile, for a kubectl that wants v1',
      command: `<%= config.bin %> <%= command.id %> -c ${EXAMPLE_ID} --profile-name production --api-version v1`,
    },
    {description: 'The token alone', command: `<%= config.bin %> <%= command.id %> -c ${EXAMPLE_ID} --token-only`},
  ]

  static override options = TOKEN_OPTIONS

  static override answersKubectl = true

  static override flags = oclifFlags(TOKEN_OPTIONS)

  async run(): Promise<void> {
    const invocation = await this.invocation()
    const {text, issued} = await tokenAnswer(invocation)
    await writeAnswer(text)
    await tellIssued(this.config, issued, invocation.log)
  }
}
