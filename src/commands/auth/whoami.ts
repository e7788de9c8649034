import {AckCommand} from '../../lib/cli/ack-command.ts'
import {oclifFlags} from '../../lib/cli/flags.ts'
import {formatAs, formatRows} from '../../lib/cli/format-answer.ts'
import {writeAnswer} from '../../lib/cli/write-answer.ts'
import {printable} from '../../lib/base/printable.ts'
import {WHOAMI_OPTIONS} from '../../lib/options/tool-definitions.ts'
import {readOutput} from '../../lib/options/read-option.ts'
import {whoAmI, type WhoAmI} from '../../lib/use-cases/who-am-i.ts'

export default class AuthWhoami extends AckCommand {
  static override summary = 'Show whose credentials are used'

  static override description =
    'Asks STS who the caller is, and says where the credentials came from and until when they are valid. Needs no RAM permission.'

  static override examples = [
    {
      description: 'See who you are, and where the credentials were found',
      command: '<%= config.bin %> <%= command.id %>',
    },
    {
      description: 'Of one profile, for a program',
      command: '<%= config.bin %> <%= command.id %> --profile-name production --output json',
    },
  ]

  static override options = WHOAMI_OPTIONS

  static override flags = oclifFlags(WHOAMI_OPTIONS)

  async run(): Promise<void> {
    const invocation = await this.invocation()
    const format = readOutput(WHOAMI_OPTIONS.output, invocation.inputs)
    const answer = await whoAmI(await this.credentialSource(invocation), invocation)
    await writeAnswer(await formatAs(answer, format, () => table(answer)))
  }
}

/** The Go tool's rows first, then ours; no name is longer than its longest, so that the columns stay. */
const table = (who: WhoAmI): string => {
  const {credentials} = who
  const isRole = who.identityType === 'AssumedRoleUser'
  const rows: (readonly [string, string])[] = [
    ['AccountId', who.accountId],
    ['IdentityType', who.identityType],
    isRole ? ['RoleId', who.roleId] : ['UserId', who.userId],
    isRole ? ['RoleName', who.roleName] : ['UserName', who.userName],
    ['Arn', who.canonicalArn],
    ['PrincipalId', who.principalId],
    ...(isRole
      ? ([
          ['RawArn', who.arn],
          ['Session', who.session],
        ] as const)
      : []),
    ['Source', credentials.source],
    ['AccessKeyId', credentials.accessKeyId],
    ['ValidUntil', credentials.expiration ?? (credentials.isTemporary ? 'not known' : 'no end')],
    ['Region', who.region ?? 'none (global endpoint)'],
    ['Endpoint', who.endpoint],
  ]
  return formatRows(rows.map(([name, value]) => [name, printable(value)]))
}
