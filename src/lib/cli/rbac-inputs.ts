import {AckError} from '../base/errors.ts'
import {printable} from '../base/printable.ts'
import {isUserId} from '../rbac/user-id.ts'
import {checkClusterIds} from '../use-cases/rbac/chosen-clusters.ts'
import type {Operator} from '../use-cases/rbac/reach-cluster.ts'
import {callingOf} from '../use-cases/calling.ts'
import type {Invocation} from '../use-cases/invocation.ts'

/** The source of the credentials, and who calls with them. Throws what choosing and loading the source throw. */
export const operatorOf = async (invocation: Invocation): Promise<Operator> => ({
  ...(await callingOf(invocation)),
  source: await invocation.source(),
})

/**
 * The IDs of the clusters that a command is for.
 *
 * @throws AckError `ClusterIdMissing`, `InvalidUsage`, `InvalidOption`
 */
export const neededClusterIds = (ids: readonly string[]): readonly string[] => {
  if (ids.length > 0) return checkClusterIds(ids)
  throw new AckError(
    'ClusterIdMissing',
    'no cluster ID given',
    'pass --cluster-id <id>, several times for several clusters, or --cluster-id all; `ack-ram-tool list-clusters` lists them',
  )
}

/**
 * Checks IDs of accounts.
 *
 * @throws AckError `InvalidOption`
 */
export const checkedUserIds = (ids: readonly string[], flag = '--user-id'): readonly string[] => {
  const wrong = ids.find((id) => !isUserId(id))
  if (wrong === undefined) return ids
  throw new AckError(
    'InvalidOption',
    `${flag} is not the ID of an account: ${JSON.stringify(printable(wrong))}`,
    'pass the digits of the ID, which are above 0; rbac scan-user-permissions lists them',
  )
}

/**
 * Reads how many accounts may go.
 *
 * @throws AckError `InvalidOption`
 */
export const readMax = (text: string): number => {
  if (/^\d{1,6}$/.test(text)) return Number(text)
  throw new AckError('InvalidOption', `invalid value ${JSON.stringify(printable(text))} for --max`, 'pass a number')
}
