import {AckCommand} from '../../lib/cli/ack-command.ts'
import {certificateAnswer} from '../../lib/use-cases/answer-kubectl.ts'
import {oclifFlags} from '../../lib/cli/flags.ts'
import {EXAMPLE_ID} from '../../lib/cli/help/example-id.ts'
import {writeAnswer} from '../../lib/cli/write-answer.ts'
import {tellIssued} from '../../lib/plugins/hooks.ts'
import {CERTIFICATE_OPTIONS} from '../../lib/options/exec-definitions.ts'

export default class GetCredential extends AckCommand {
  static override summary = 'Get a client certificate for a cluster'

  static override description =
    'Requests the certificate from the Container Service and prints it as an ExecCredential for kubectl and other client-go programs. The certificate is cached until shortly before it expires. Requires the RAM permission cs:DescribeClusterUserKubeconfig.'

  static override usage = '<%= command.id %> --cluster-id <id> [flags]'

  static override examples = [
    {description: 'What kubectl gets', command: `<%= config.bin %> <%= command.id %> -c ${EXAMPLE_ID}`},
    {
      description: 'A certificate for one hour, with the credentials of a profile',
      command: `<%= config.bin %> <%= command.id %> -c ${EXAMPLE_ID} --expiration 1h --profile-name production`,
    },
  ]

  static override options = CERTIFICATE_OPTIONS

  static override answersKubectl = true

  static override flags = oclifFlags(CERTIFICATE_OPTIONS)

  async run(): Promise<void> {
    const invocation = await this.invocation()
    const {text, issued} = await certificateAnswer(invocation)
    await writeAnswer(text)
    await tellIssued(this.config, issued, invocation.log)
  }
}
