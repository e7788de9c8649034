import {isJsonObject, textIn, type JsonObject} from '../base/json-object.ts'
import type {Credentials} from '../credentials/credentials.ts'
import type {SourceContext} from '../credentials/source-context.ts'
import {percentEncode} from '../signing/percent-encode.ts'
import {callContainerService, tellContainerService, totalCount, unusableAnswer} from './cs-call.ts'
import {checkedClusterId} from './user-kubeconfig.ts'

/** The kubeconfig that was issued to an account for a cluster. A missing text is empty. */
export interface KubeconfigState {
  readonly accountId: string
  readonly accountName: string
  /** `RootAccount`, `RamUser` or `RamRole`. */
  readonly accountType: string
  /** `Active`, `InActive` or `Deleted`. */
  readonly accountState: string
  /** Of its client certificate: `Unexpired`, `Expired` or `Unknown`; `Removed` and `Unissued` mean that there is none. */
  readonly certificateState: string
  /** As the service says it. */
  readonly expiresAt: string
}

/** What the audit log of a cluster says of an account in the last seven days. A missing text is empty. */
export interface Activity {
  /** Undefined if the service does not say. */
  readonly isActive: boolean | undefined
  readonly lastAt: string
  readonly auditId: string
  readonly logProject: string
  readonly logStore: string
}

/** An account in a cluster, and who asks about it. */
interface AboutUser {
  readonly clusterId: string
  readonly userId: string
  readonly caller: Credentials
  readonly context: SourceContext
  readonly signal?: AbortSignal | undefined
}

const STATES_ACTION = 'ListClusterKubeconfigStates'
/** The most that the service accepts. */
const PAGE_SIZE = 50
/** More pages than any cluster has: a limit, should the service never end its list. */
const MAX_PAGES = 2000

/**
 * Lists the kubeconfigs that were issued for a cluster, of accounts that exist no more as well. It takes no route to the
 * cluster, and no right in it.
 *
 * @throws AckError as `callContainerService` does; `ServiceFailed` for a list that lacks states
 * @see https://www.alibabacloud.com/help/en/ack/ack-managed-and-ack-dedicated/developer-reference/api-cs-2015-12-15-listclusterkubeconfigstates
 */
export const listKubeconfigStates = async ({
  clusterId,
  caller,
  context,
  signal,
}: Omit<AboutUser, 'userId'>): Promise<readonly KubeconfigState[]> => {
  const states: KubeconfigState[] = []
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const request = {
      action: STATES_ACTION,
      path: `/clusters/${percentEncode(checkedClusterId(clusterId))}/kubeconfig/states`,
      query: new Map([
        ['pageNumber', String(page)],
        ['pageSize', String(PAGE_SIZE)],
      ]),
      subject: `cluster ${clusterId}`,
    }
    const answer = await callContainerService(request, caller, context, signal)
    const total = totalCount(answer['page'])
    // That there are none has to be said: whoever is not listed is taken for somebody without a certificate.
    const items = answer['states'] ?? (states.length === total ? [] : undefined)
    if (!Array.isArray(items) || !items.every(isJsonObject)) throw unusableAnswer(STATES_ACTION, 'it has no states')
    states.push(...items.map(readState))
    // By what came: the service may give smaller pages than were asked for.
    if (states.length >= total) return states
    if (items.length > 0) continue
    if (total === Number.POSITIVE_INFINITY) return states
    throw unusableAnswer(STATES_ACTION, `it has ${states.length} states of ${total}`)
  }
  throw unusableAnswer(STATES_ACTION, 'its list does not end')
}

const readState = (item: JsonObject): KubeconfigState => {
  const accountId = textIn(item, 'account_id')
  if (!/^\d+$/.test(accountId)) throw unusableAnswer(STATES_ACTION, 'a state has no account ID')
  return {
    accountId,
    accountName: textIn(item, 'account_name'),
    accountType: textIn(item, 'account_type'),
    accountState: textIn(item, 'account_state'),
    certificateState: textIn(item, 'cert_state'),
    expiresAt: textIn(item, 'cert_expire_time'),
  }
}

/**
 * Asks whether an account has used a cluster in the last seven days.
 *
 * @throws AckError as `callContainerService` does
 */
export const describeActivity = async ({clusterId, userId, caller, context, signal}: AboutUser): Promise<Activity> => {
  const request = {
    action: 'DescribeUserClusterActivityState',
    path: `/clusters/${percentEncode(checkedClusterId(clusterId))}/users/${percentEncode(userId)}/activity-state`,
    subject: `cluster ${clusterId}`,
  }
  const answer = await callContainerService(request, caller, context, signal)
  return {
    isActive: typeof answer['active'] === 'boolean' ? answer['active'] : undefined,
    lastAt: textIn(answer, 'last_activity'),
    auditId: textIn(answer, 'last_audit_id'),
    logProject: textIn(answer, 'log_project_name'),
    logStore: textIn(answer, 'log_store_name'),
  }
}

/**
 * Has the service take away an account's kubeconfig and its bindings in one cluster. The service decides what becomes of
 * a binding that others share.
 *
 * @param force - also if the account was active in the last seven days, or nobody can say whether it was
 * @throws AckError as `callContainerService` does
 * @see https://www.alibabacloud.com/help/en/ack/ack-managed-and-ack-dedicated/developer-reference/api-cs-2015-12-15-cleanclusteruserpermissions
 */
export const cleanUserPermissions = async (
  {clusterId, userId, caller, context, signal}: AboutUser,
  force: boolean,
): Promise<void> => {
  const request = {
    action: 'CleanClusterUserPermissions',
    method: 'DELETE',
    path: `/cluster/${percentEncode(checkedClusterId(clusterId))}/user/${percentEncode(userId)}/permissions`,
    query: new Map(force ? [['Force', 'true']] : []),
    once: true,
    subject: `cluster ${clusterId}`,
  } as const
  await tellContainerService(request, caller, context, signal)
}
