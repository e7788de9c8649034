import {AckError} from '../../base/errors.ts'
import {printable} from '../../base/printable.ts'
import {describeActivity, type Activity} from '../../container-service/user-permissions.ts'
import {within} from '../../ram/call-ram.ts'
import {withNextStep} from './look-at-cluster.ts'
import type {Operator} from './reach-cluster.ts'

/** Whether an account has used a cluster in the last seven days. */
export interface ActivityFound {
  readonly state: 'active' | 'not active' | 'unknown'
  /** For people: when, and where it is logged; or why nobody knows. */
  readonly why: string
}

/**
 * Asks whether an account has used a cluster lately. That nobody can say is an answer, too: the service itself checks
 * again.
 *
 * @throws what is not an AckError
 */
export const checkActivity = async (
  {clusterId, userId}: {readonly clusterId: string; readonly userId: string},
  operator: Operator,
): Promise<ActivityFound> => {
  try {
    return describe(await within(operator, (calling) => describeActivity({clusterId, userId, ...calling})))
  } catch (error) {
    if (!AckError.is(error)) throw error
    return {state: 'unknown', why: withNextStep(error)}
  }
}

const describe = ({isActive, lastAt, auditId, logProject, logStore}: Activity): ActivityFound => {
  if (isActive === undefined) return {state: 'unknown', why: 'the service does not say'}
  if (!isActive) return {state: 'not active', why: 'no activity in the last seven days'}
  const details = [
    lastAt && `last at ${lastAt}`,
    auditId && `audit ID ${auditId}`,
    logProject && `log project ${logProject}`,
    logStore && `log store ${logStore}`,
  ].filter(Boolean)
  return {
    state: 'active',
    why: printable(['active in the last seven days', ...details].join(', ')),
  }
}
