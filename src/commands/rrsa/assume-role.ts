import {AckCommand} from '../../lib/cli/ack-command.ts'
import type {CommandNeeds} from '../../lib/cli/ask-missing.ts'
import {oclifFlags} from '../../lib/cli/flags.ts'
import {formatAs} from '../../lib/cli/format-answer.ts'
import {readStdin} from '../../lib/cli/read-stdin.ts'
import {exportLine} from '../../lib/cli/shell-assignments.ts'
import {writeAnswer} from '../../lib/cli/write-answer.ts'
import {AckError} from '../../lib/base/errors.ts'
import type {Credentials} from '../../lib/credentials/credentials.ts'
import type {TextDefinition} from '../../lib/options/definitions.ts'
import {RRSA_ASSUME_ROLE_OPTIONS} from '../../lib/options/rrsa-proof-definitions.ts'
import {optionReader} from '../../lib/options/option-reader.ts'
import {formatTimestamp} from '../../lib/signing/timestamp.ts'
import {assumeRole} from '../../lib/use-cases/rrsa/assume-role.ts'

export default class RrsaAssumeRole extends AckCommand {
  static override summary = 'Assume a RAM role with an OIDC token, as a pod does'

  static override description =
    'Exchanges the OIDC token in a file for credentials of a RAM role, and prints them. In a pod with RRSA no flag is needed. Says before what will not fit. Requires no RAM permission. Use rrsa verify to find out why a pod does not get its role.'

  static override usage = '<%= command.id %> [-r <arn> -p <arn> -t <path>] [flags]'

  static override examples = [
    {description: 'In a pod with RRSA', command: '<%= config.bin %> <%= command.id %> --output env'},
    {
      description: 'With the token in a file',
      command:
        '<%= config.bin %> <%= command.id %> -r acs:ram::1234567890123456:role/pod -p acs:ram::1234567890123456:oidc-provider/ack-rrsa -t oidc-token --output json',
    },
  ]

  static override options = RRSA_ASSUME_ROLE_OPTIONS

  static override flags = oclifFlags(RRSA_ASSUME_ROLE_OPTIONS)

  override get ownRole(): TextDefinition {
    return RRSA_ASSUME_ROLE_OPTIONS['role-arn']
  }

  override needs(): CommandNeeds {
    return {credentials: false, clusterId: false}
  }

  async run(): Promise<void> {
    const invocation = await this.invocation()
    const read = optionReader(RRSA_ASSUME_ROLE_OPTIONS, invocation.inputs)
    const format = read.text('output')?.value ?? 'text'
    const isChosen = read.text('output')?.from !== 'default' || invocation.options.assumeYes
    if (invocation.runtime.stdoutIsTerminal && !isChosen)
      throw new AckError(
        'InvalidUsage',
        'refusing to print a secret on a terminal',
        'pass --assume-yes or --output, or send the output to a file',
      )
    const request = {
      roleArn: read.neededValue('role-arn'),
      providerArn: read.needed('oidc-provider-arn'),
      tokenFile: read.needed('oidc-token-file'),
      readStdin: () => readStdin(invocation.runtime),
    }
    const credentials = await assumeRole(request, invocation)
    if (format === 'json' || format === 'yaml') return writeAnswer(await formatAs(plain(credentials), format, () => ''))
    return writeAnswer(format === 'env' ? asVariables(credentials) : asLines(credentials))
  }
}

const expirationOf = ({expiration}: Credentials): string => (expiration ? formatTimestamp(expiration) : '')

const plain = (credentials: Credentials): object => ({
  AccessKeyId: credentials.accessKeyId,
  AccessKeySecret: credentials.accessKeySecret.reveal(),
  SecurityToken: credentials.securityToken?.reveal() ?? '',
  Expiration: expirationOf(credentials),
})

/** As the Go tool prints them. */
const asLines = (credentials: Credentials): string =>
  Object.entries(plain(credentials))
    .map(([name, value]) => `${`${name}:`.padEnd(19)}${String(value)}\n`)
    .join('')

const asVariables = ({accessKeyId, accessKeySecret, securityToken}: Credentials): string =>
  [
    exportLine('sh', 'ALIBABA_CLOUD_ACCESS_KEY_ID', accessKeyId),
    exportLine('sh', 'ALIBABA_CLOUD_ACCESS_KEY_SECRET', accessKeySecret.reveal()),
    exportLine('sh', 'ALIBABA_CLOUD_SECURITY_TOKEN', securityToken?.reveal() ?? ''),
  ]
    .map((line) => `${line}\n`)
    .join('')
