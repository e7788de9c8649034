import type {ApiServer} from '../../../api-server/api-call.ts'
import {openApiServer} from '../../../api-server/open-api-server.ts'
import {AckError} from '../../../base/errors.ts'
import type {Endpoint} from '../../../options/endpoint.ts'
import {RRSA_ASSOCIATE_OPTIONS} from '../../../options/rrsa-definitions.ts'
import {suggestedCommand, type Typed} from '../../../options/suggested-command.ts'
import {within, type Calling} from '../../../ram/call-ram.ts'
import {getRole, type RamRole} from '../../../ram/roles.ts'
import {describeAccount, isRoleName, type ServiceAccount} from '../../../rrsa/names.ts'
import {readRrsaState, switchCommand, type EnabledRrsa} from '../../../rrsa/rrsa-state.ts'
import {fail, orSkipped, pass, skip, type CheckResult} from './check.ts'
import {checkProvider, checkTrust, checkWebhook} from './cloud-checks.ts'
import {checkAccount, checkNamespace} from './cluster-checks.ts'
import {checkIssuer} from './issuer-check.ts'
import {prove} from './prove.ts'

/** What is to be verified; names are checked. */
export interface VerifyRequest {
  readonly clusterId: string
  readonly account: ServiceAccount
  /** Absent for the role of the annotation. */
  readonly role: string | undefined
  readonly privateAddress: boolean
  readonly imsEndpoint: Endpoint | undefined
}

/**
 * Verifies from end to end that a pod of a service account gets its role: first what can be looked up, then the proof.
 *
 * @returns what was checked, in its order
 * @throws AckError if the cluster itself cannot be asked for
 */
export const verify = async (request: VerifyRequest, calling: Calling): Promise<readonly CheckResult[]> => {
  const {clusterId, account} = request
  const {enabled, clusterState} = await within(calling, (ofCall) => readRrsaState(clusterId, ofCall))
  const feature = enabled
    ? pass(
        'feature',
        `RRSA is enabled in cluster ${clusterId}${clusterState === 'running' ? '' : `, which is ${clusterState}`}`,
      )
    : fail('feature', `RRSA is disabled in cluster ${clusterId}`, switchCommand('enable', clusterId, calling.context))
  const issuer = enabled ? await lookAtIssuer(enabled, clusterId, calling) : undefined
  const provider = enabled
    ? await orSkipped('provider', () => checkProvider(enabled, clusterId, request.imsEndpoint, calling))
    : []
  const webhook = await orSkipped('webhook', () => checkWebhook(clusterId, calling))
  const inside = await lookInside(request, calling)
  const role = await lookAtRole(request, inside.role, enabled, calling)
  const proof =
    enabled && role.found && inside.api && inside.mayBeThere
      ? await prove(
          {
            clusterId,
            account,
            provider: enabled,
            roleArn: role.found.arn,
            api: inside.api,
            keyIds: issuer?.keyIds,
            associate: associateCommand(request, role.found.name, calling.context),
          },
          calling,
        )
      : [skip('proof', `a token of ${describeAccount(account)} cannot be tried: see what failed above`)]
  return [
    feature,
    ...provider,
    ...(issuer ? issuer.results : []),
    ...webhook,
    ...inside.results,
    ...role.results,
    ...proof,
  ]
}

const lookAtIssuer = async (
  {issuer}: EnabledRrsa,
  clusterId: string,
  calling: Calling,
): Promise<{readonly results: readonly CheckResult[]; readonly keyIds?: readonly string[] | undefined}> => {
  let keyIds: readonly string[] | undefined
  const results = await orSkipped('issuer', async () => {
    const findings = await checkIssuer(issuer, clusterId, calling)
    keyIds = findings.keyIds
    return findings.result
  })
  return {results, keyIds}
}

interface Inside {
  readonly results: readonly CheckResult[]
  readonly api: ApiServer | undefined
  /** Not if the service account is known to be missing: who may not look may still get a token of it. */
  readonly mayBeThere: boolean
  /** The role of the annotation. */
  readonly role: string | undefined
}

const lookInside = async (request: VerifyRequest, calling: Calling): Promise<Inside> => {
  const {account, role: wanted} = request
  let inside: Inside = {results: [], api: undefined, mayBeThere: true, role: undefined}
  const results = await orSkipped('API server', async () => {
    const api = await within(calling, ({caller, context, signal}) => openApiServer(request, caller, context, signal))
    inside = {...inside, api}
    const namespace = await orSkipped('namespace', () => checkNamespace(account.namespace, api, calling))
    const found = await orSkipped('service account', async () => {
      const {result, isThere, role} = await checkAccount(account, wanted, api, calling)
      inside = {...inside, mayBeThere: isThere, role}
      return result
    })
    return [...namespace, ...found]
  })
  return {...inside, results}
}

const lookAtRole = async (
  request: VerifyRequest,
  annotated: string | undefined,
  enabled: EnabledRrsa | undefined,
  calling: Calling,
): Promise<{readonly results: readonly CheckResult[]; readonly found: RamRole | undefined}> => {
  const name = request.role ?? annotated
  if (name === undefined || !isRoleName(name))
    return {results: [skip('role', 'no role is known', 'pass --role-name')], found: undefined}
  let found: RamRole | undefined
  const associate = associateCommand(request, name, calling.context)
  const results = await orSkipped('role', async () => {
    found = await within(calling, (ofCall) => getRole(name, ofCall))
    if (!found) return fail('role', `RAM has no role ${name}`, `${associate} --create-role-if-not-exist`)
    const isThere = pass('role', `RAM has role ${name}`)
    if (!enabled) return isThere
    return [isThere, trustOf(found, enabled, request.account, associate)]
  })
  return {results, found}
}

const trustOf = (role: RamRole, enabled: EnabledRrsa, account: ServiceAccount, associate: string): CheckResult => {
  try {
    return checkTrust(role, enabled, account, associate)
  } catch (error) {
    if (!AckError.is(error)) throw error
    return fail('trust', error.message, error.nextStep)
  }
}

const associateCommand = ({clusterId, account}: VerifyRequest, role: string, run: Typed): string => {
  const ofAccount = ['--namespace', account.namespace, '--service-account', account.name]
  const words = ['rrsa', 'associate-role', '--cluster-id', clusterId, '--role-name', role, ...ofAccount]
  return suggestedCommand(words, RRSA_ASSOCIATE_OPTIONS, run)
}
