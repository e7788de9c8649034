import {AckError} from '../../base/errors.ts'
import {listKubeconfigStates} from '../../container-service/user-permissions.ts'
import {findGrants, type BindingsFound, type Grant} from '../../rbac/bindings.ts'
import type {AccountTable} from '../../rbac/accounts.ts'
import {
  byAccount,
  isWanted,
  joinPermissions,
  type KubeconfigStates,
  type Permission,
  type AccountSelection,
} from '../../rbac/permissions.ts'
import {within} from '../../ram/call-ram.ts'
import {atApiServer, type Operator} from './reach-cluster.ts'

/** What is looked at. */
export interface Look {
  readonly selection: AccountSelection
  readonly table: AccountTable
  readonly privateAddress: boolean
}

/** What could be seen of a cluster. */
export interface ClusterView {
  readonly permissions: readonly Permission[]
  /** Undefined if they could not be read. */
  readonly states: KubeconfigStates | undefined
  /** Why not all bindings could be read; empty if they were. */
  readonly bindingFailures: readonly AckError[]
  /** Why the certificates could not be read. */
  readonly stateFailure: AckError | undefined
  /** Whether nothing at all of the bindings could be read. */
  readonly isWithoutBindings: boolean
}

/**
 * Looks at one cluster, within --timeout: its bindings at the API server, its kubeconfigs at the Container Service. What
 * of the two can be read is given, and why the rest cannot.
 *
 * @throws what is not an AckError
 */
export const lookAtCluster = (
  clusterId: string,
  {selection, table, privateAddress}: Look,
  operator: Operator,
): Promise<ClusterView> =>
  within(operator, async (calling) => {
    const {caller, context, signal} = calling
    const [bindings, states] = await Promise.all([
      readBindings({clusterId, privateAddress}, isWanted(selection, table), {...operator, ...calling}),
      orFailure(listKubeconfigStates({clusterId, caller, context, signal}).then(byAccount)),
    ])
    const known: KubeconfigStates | undefined = states instanceof Map ? states : undefined
    return {
      permissions: joinPermissions(bindings.found, known, selection, table),
      states: known,
      bindingFailures: bindings.failures,
      stateFailure: AckError.is(states) ? states : undefined,
      isWithoutBindings: bindings.isWithout,
    }
  })

const readBindings = async (
  route: {readonly clusterId: string; readonly privateAddress: boolean},
  isOfInterest: (userId: string) => boolean,
  operator: Operator,
): Promise<BindingsFound<Grant> & {readonly isWithout: boolean}> => {
  try {
    const found = await atApiServer(route, operator, async (api) => {
      const grants = await findGrants(isOfInterest, api, operator.signal)
      // A certificate that has become useless is another matter than a right that is missing.
      const [first] = grants.failures
      if (first && grants.failures.length === 2) throw first
      return grants
    })
    return {...found, isWithout: false}
  } catch (error) {
    if (!AckError.is(error)) throw error
    return {found: [], failures: [error], isWithout: true}
  }
}

const orFailure = async <T>(work: Promise<T>): Promise<T | AckError> => {
  try {
    return await work
  } catch (error) {
    if (!AckError.is(error)) throw error
    return error
  }
}

/** A failure that does not end the command, in one line: what mends it may be a missing RAM permission. */
export const withNextStep = ({message, nextStep}: AckError): string => [message, nextStep].filter(Boolean).join('; ')
