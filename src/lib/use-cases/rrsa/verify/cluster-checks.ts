import type {ApiServer} from '../../../api-server/api-call.ts'
import {entriesOf, getObject} from '../../../api-server/objects.ts'
import {namespacePath, serviceAccountPath} from '../../../api-server/service-accounts.ts'
import {within, type Calling} from '../../../ram/call-ram.ts'
import {describeAccount, type ServiceAccount} from '../../../rrsa/names.ts'
import {INJECTION_LABEL, ROLE_ANNOTATION} from '../../../rrsa/webhook.ts'
import {fail, pass, type CheckResult} from './check.ts'

/** Whether the webhook looks at the pods of a namespace. Throws what the API server answers. */
export const checkNamespace = async (namespace: string, api: ApiServer, calling: Calling): Promise<CheckResult> => {
  const name = 'namespace'
  const found = await within(calling, ({signal}) => getObject(namespacePath(namespace), api, signal))
  const mend = `kubectl label namespace ${namespace} ${INJECTION_LABEL}=on`
  if (!found)
    return fail(name, `there is no namespace ${namespace}`, `kubectl create namespace ${namespace} && ${mend}`)
  const label = entriesOf(found, 'labels')[INJECTION_LABEL]
  if (label === 'on') return pass(name, `${namespace} is labelled ${INJECTION_LABEL}=on`)
  return fail(
    name,
    `${namespace} has ${label === undefined ? 'no label' : `the label ${JSON.stringify(label)} for`} ${INJECTION_LABEL}: its pods get no token, unless they have the label themselves`,
    mend,
  )
}

/** What a service account says of its role. */
export interface AccountFindings {
  readonly result: CheckResult
  readonly isThere: boolean
  /** The role that it is annotated with. */
  readonly role: string | undefined
}

/**
 * Whether a service account is annotated with a role.
 *
 * @param wanted - the role that it should be; any if undefined
 * @throws what the API server answers
 */
export const checkAccount = async (
  account: ServiceAccount,
  wanted: string | undefined,
  api: ApiServer,
  calling: Calling,
): Promise<AccountFindings> => {
  const name = 'service account'
  const {namespace, name: accountName} = account
  const who = describeAccount(account)
  const path = serviceAccountPath(namespace, accountName)
  const found = await within(calling, ({signal}) => getObject(path, api, signal))
  if (!found) {
    const mend = `kubectl create serviceaccount ${accountName} --namespace ${namespace}`
    return {result: fail(name, `there is no service account ${who}`, mend), isThere: false, role: undefined}
  }
  const annotation = entriesOf(found, 'annotations')[ROLE_ANNOTATION]
  const role = typeof annotation === 'string' && annotation !== '' ? annotation : undefined
  const annotate = `kubectl annotate serviceaccount ${accountName} --namespace ${namespace} --overwrite ${ROLE_ANNOTATION}=${wanted ?? '<role>'}`
  const findings = {isThere: true, role}
  if (role === undefined)
    return {...findings, result: fail(name, `${who} has no annotation ${ROLE_ANNOTATION}`, annotate)}
  if (role.includes(':'))
    return {...findings, result: fail(name, `the annotation of ${who} is an ARN, not the name of a role`, annotate)}
  if (wanted !== undefined && role !== wanted)
    return {...findings, result: fail(name, `${who} is annotated with role ${role}, not ${wanted}`, annotate)}
  return {...findings, result: pass(name, `${who} is annotated with role ${role}`)}
}
