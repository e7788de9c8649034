import {AckCommand} from '../../lib/cli/ack-command.ts'
import {oclifFlags} from '../../lib/cli/flags.ts'
import {EXAMPLE_ID} from '../../lib/cli/help/example-id.ts'
import {formatAs} from '../../lib/cli/format-answer.ts'
import {formatOf} from '../../lib/cli/run-plan.ts'
import {readWaitTimeout, waitInterruptibly} from '../../lib/cli/wait.ts'
import {writeAnswer} from '../../lib/cli/write-answer.ts'
import {AckError} from '../../lib/base/errors.ts'
import {parseEndpoint} from '../../lib/options/endpoint.ts'
import {requireClusterId} from '../../lib/options/exec-options.ts'
import {RRSA_VERIFY_OPTIONS} from '../../lib/options/rrsa-proof-definitions.ts'
import {optionReader} from '../../lib/options/option-reader.ts'
import {checkOneServiceAccount, checkRoleName, describeAccount} from '../../lib/rrsa/names.ts'
import {callingOf} from '../../lib/use-cases/calling.ts'
import {waitUntil, type Patience} from '../../lib/use-cases/rrsa/wait-for-task.ts'
import type {CheckResult} from '../../lib/use-cases/rrsa/verify/check.ts'
import {verify, type VerifyRequest} from '../../lib/use-cases/rrsa/verify/verify.ts'
import type {Invocation} from '../../lib/use-cases/invocation.ts'

export default class RrsaVerify extends AckCommand {
  static override summary = 'Prove from end to end that a pod of a service account gets its RAM role'

  static override description =
    'Looks up everything that has to be right: the feature, the OIDC provider and its issuer, the webhook, namespace, service account, role and trust policy. Then it does what a pod does: gets a token of the service account, assumes the role with it, and asks who it is. Each line says pass, fail or skip, why, and what mends it. Changes nothing. Requires the RAM permissions cs:DescribeClusterDetail, cs:DescribeClusterAddonsVersion, cs:DescribeClusterUserKubeconfig, ram:GetRole and ram:GetOIDCProvider, and in the cluster the right to create serviceaccounts/token.'

  static override usage = '<%= command.id %> -c <id> -n <namespace> -s <account> [flags]'

  static override examples = [
    {
      description: 'Prove that the pods of a service account get its role',
      command: `<%= config.bin %> <%= command.id %> -c ${EXAMPLE_ID} -n demo -s reader`,
    },
    {
      description: 'For a role, and again while changes of RAM spread',
      command: `<%= config.bin %> <%= command.id %> -c ${EXAMPLE_ID} -n demo -s reader -r oss-reader --wait --wait-timeout 2m`,
    },
  ]

  static override options = RRSA_VERIFY_OPTIONS

  static override flags = oclifFlags(RRSA_VERIFY_OPTIONS)

  async run(): Promise<void> {
    const invocation = await this.invocation()
    const read = optionReader(RRSA_VERIFY_OPTIONS, invocation.inputs)
    const request = readRequest(invocation)
    const isWaiting = read.flag('wait')
    const timeoutMs = readWaitTimeout(read, invocation, isWaiting, 'pass --wait')
    const results = await verifyFor(isWaiting ? timeoutMs : 0, request, invocation)
    const failed = results.filter(({status}) => status === 'fail')
    const data = {
      clusterId: request.clusterId,
      namespace: request.account.namespace,
      serviceAccount: request.account.name,
      verified: isVerified(results),
      checks: results,
    }
    await writeAnswer(await formatAs(data, formatOf(read), () => results.map(describe).join('')))
    if (isVerified(results)) return
    throw new AckError(
      'VerificationFailed',
      failed.length > 0
        ? `${failed.length} of ${results.length} checks failed for service account ${describeAccount(request.account)}`
        : `whether service account ${describeAccount(request.account)} gets its role could not be tried`,
      // What was looked at last is nearest to what could not be tried.
      [...failed, ...results.toReversed()].find(({mend}) => mend !== undefined)?.mend ?? '',
    )
  }
}

/** Reads and checks what is asked for, before any call. */
const readRequest = ({inputs}: Invocation): VerifyRequest => {
  const read = optionReader(RRSA_VERIFY_OPTIONS, inputs)
  const clusterId = requireClusterId(inputs)
  const account = checkOneServiceAccount({namespace: read.needed('namespace'), name: read.needed('service-account')})
  const role = read.text('role-name')?.value
  const endpoint = read.text('ims-endpoint')
  return {
    clusterId,
    account,
    role: role === undefined ? undefined : checkRoleName(role),
    privateAddress: read.flag('private-address'),
    imsEndpoint: endpoint && parseEndpoint(endpoint),
  }
}

/** Changes of RAM take a moment to spread: with time left it is tried again. */
const verifyFor = async (
  waitMs: number,
  request: VerifyRequest,
  invocation: Invocation,
): Promise<readonly CheckResult[]> => {
  const calling = await callingOf(invocation)
  if (waitMs === 0) return verify(request, calling)
  let results: readonly CheckResult[] = []
  try {
    const lookAgain = (patience: Patience): Promise<void> =>
      waitUntil({what: `service account ${describeAccount(request.account)}`, next: ''}, patience, async () => {
        results = await verify(request, calling)
        const failed = results.filter(({status}) => status === 'fail').map(({name}) => name)
        return {isOver: isVerified(results), progress: `not yet: ${failed.join(', ')}`}
      })
    await waitInterruptibly(waitMs, invocation, lookAgain, false)
  } catch (error) {
    if (!AckError.is(error) || error.code !== 'DeadlineExceeded' || results.length === 0) throw error
  }
  return results
}

/** Whether the role was assumed, and nothing failed: without the webhook, say, no pod gets what was assumed here. */
const isVerified = (results: readonly CheckResult[]): boolean =>
  results.some(({name, status}) => name === 'identity' && status === 'pass') &&
  results.every(({status}) => status !== 'fail')

const describe = ({name, status, why, mend}: CheckResult): string =>
  `${status.padEnd(6)}${name}: ${why}\n${mend === undefined ? '' : `      mend: ${mend}\n`}`
