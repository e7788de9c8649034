import {AckError, rephrased} from '../../base/errors.ts'
import {forEachOf} from '../../base/for-each-of.ts'
import type {JsonObject} from '../../base/json-object.ts'
import type {ClusterBindings} from '../../rbac/backup.ts'
import {
  describeBinding,
  describeSubject,
  hasSameName,
  hasSameRole,
  hasSubject,
  othersIn,
  type BindingName,
} from '../../rbac/bindings.ts'
import {bindingName} from '../../rbac/read-backup.ts'
import type {Permission} from '../../rbac/permissions.ts'
import {readBindings, type Backup} from './back-up-bindings.ts'
import type {Operator} from './reach-cluster.ts'

/** An account whose access to a cluster ends, and what it has there. */
export interface Cleaned {
  readonly cluster: {readonly id: string}
  readonly account: {readonly id: string}
  readonly permissions: readonly Permission[]
}

/** A binding that lets in others besides the accounts whose access ends. */
export interface SharedBinding {
  readonly clusterId: string
  readonly binding: BindingName
  readonly others: readonly JsonObject[]
}

/** What others have lost by a cleanup, as far as it could be read. */
export interface Losses {
  /** With those others who are not let in any more. */
  readonly lost: readonly SharedBinding[]
  /** Why it could not be read of some clusters. */
  readonly failures: readonly AckError[]
}

const AT_ONCE = 5

/** The bindings of a cleanup that let in others too. */
export const findShared = (targets: readonly Cleaned[]): readonly SharedBinding[] => {
  const shared = new Map<string, SharedBinding>()
  for (const {cluster, permissions} of targets)
    for (const {grant} of permissions) {
      const others = grant ? othersIn(grant, idsIn(cluster.id, targets)) : []
      if (grant && others.length > 0)
        shared.set(`${cluster.id} ${describeBinding(grant)}`, {clusterId: cluster.id, binding: grant, others})
    }
  return [...shared.values()]
}

/** `<binding> in cluster <id> also lets in <others>`, for people. */
export const describeShared = ({clusterId, binding, others}: SharedBinding): string =>
  `${describeBinding(binding)} in cluster ${clusterId} also lets in ${others.map(describeSubject).join(', ')}`

/**
 * Compares the bindings of a backup with those that are there now: the service decides what becomes of a binding that
 * others share.
 *
 * @throws what is not an AckError
 */
export const findLosses = async (
  targets: readonly Cleaned[],
  backup: Backup,
  route: {readonly privateAddress: boolean},
  operator: Operator,
): Promise<Losses> => {
  const losses = await forEachOf(backup.content(), AT_ONCE, (before) =>
    lossesIn(before, idsIn(before.clusterId, targets), route, operator),
  )
  return {lost: losses.flatMap(({lost}) => lost), failures: losses.flatMap(({failures}) => failures)}
}

const idsIn = (clusterId: string, targets: readonly Cleaned[]): ReadonlySet<string> =>
  new Set(targets.filter(({cluster}) => cluster.id === clusterId).map(({account}) => account.id))

const lossesIn = async (
  {clusterId, bindings}: ClusterBindings,
  userIds: ReadonlySet<string>,
  {privateAddress}: {readonly privateAddress: boolean},
  operator: Operator,
): Promise<Losses> => {
  const shared = bindings.filter((binding) => othersIn(binding, userIds).length > 0)
  if (shared.length === 0) return {lost: [], failures: []}
  const lostOf = (binding: JsonObject, isLost: (subject: JsonObject) => boolean): readonly SharedBinding[] => {
    const others = othersIn(binding, userIds).filter(isLost)
    return others.length > 0 ? [{clusterId, binding: bindingName(binding), others}] : []
  }
  try {
    const isShared = (binding: JsonObject): boolean => shared.some((one) => hasSameName(one, binding))
    const now = await readBindings({clusterId, privateAddress}, isShared, operator)
    const lost = shared.flatMap((before) => {
      const after = now.find((binding) => hasSameName(binding, before) && hasSameRole(binding, before))
      return lostOf(before, (subject) => !after || !hasSubject(after, subject))
    })
    return {lost, failures: []}
  } catch (error) {
    if (!AckError.is(error)) throw error
    const before = shared.flatMap((binding) => lostOf(binding, () => true)).map(describeShared)
    const message = `whether others have lost rights in cluster ${clusterId} cannot be read: ${error.message}; before the call, ${before.join('; ')}`
    return {lost: [], failures: [rephrased(error, message)]}
  }
}

/**
 * The error that others have lost rights, or that nobody knows; undefined if none have.
 *
 * @param wayBack - the command that gives those rights back without those of the accounts
 */
export const lossError = ({lost, failures}: Losses, wayBack: string): AckError | undefined => {
  const [first] = failures
  const told = [
    ...lost.map(
      ({clusterId, binding, others}) =>
        `${others.map(describeSubject).join(', ')} lost ${describeBinding(binding)} in cluster ${clusterId}`,
    ),
    ...failures.map(({message}) => message),
  ].join('; ')
  if (lost.length > 0)
    return new AckError(
      'PreconditionFailed',
      `the service has removed bindings that let in others too: ${told}`,
      `to give the others their rights back, and not the accounts that were cleaned up: ${wayBack}`,
    )
  return first && rephrased(first, told, `see what is left, and give back what others have lost: ${wayBack}`)
}
