import {AckError} from '../base/errors.ts'
import {canonicalArn, type CallerIdentity} from '../caller/caller-identity.ts'
import {identityIn} from '../caller/ask-caller.ts'
import type {SourceContext} from '../credentials/source-context.ts'
import {chooseStsEndpoint, describeEndpoint} from '../options/endpoint.ts'
import {canonicalQuery} from '../signing/percent-encode.ts'
import type {HttpCall} from '../transport/http.ts'
import {GET_CALLER_IDENTITY} from '../transport/sts-api.ts'
import {fail, pass, unknown, type Check} from './check.ts'
import {isPassedOn} from './request-checks.ts'
import type {SignedRequest} from './signed-request.ts'

/** What STS answered to a token. */
export interface Replay {
  readonly check: Check
  readonly identity?: CallerIdentity
  /** What kept STS from answering. */
  readonly failure?: AckError
}

/**
 * Sends the request of a token to STS as the server does: only what is on its list, to its own endpoint.
 *
 * @throws AckError `Cancelled`
 */
export const replay = async (
  request: SignedRequest,
  {options, transport}: SourceContext,
  signal: AbortSignal,
): Promise<Replay> => {
  const endpoint = describeEndpoint(chooseStsEndpoint(options))
  const call = callOf(request, endpoint)
  try {
    const identity = identityIn(call, await transport(call, signal))
    return {check: pass('STS', `${new URL(endpoint).host}: ${identity.arn}`), identity}
  } catch (error) {
    if (!AckError.is(error) || error.code === 'Cancelled') throw error
    const {code, message, nextStep} = error
    if (code === 'ServiceRefused') return {check: fail('STS', message, nextStep)}
    return {check: unknown('STS', message, nextStep), failure: error}
  }
}

/** Where the server ends before it asks STS: what is wrong with a token may be what STS would be asked to do. */
export const skippedReplay = (endsAt: string): Replay => ({
  check: unknown('STS', `not asked, since the server ends at its check of the ${endsAt}`),
})

const callOf = (request: SignedRequest, endpoint: string): HttpCall => {
  const {version, query, headers} = request
  // As Go sends it: UTF-8. Node refuses what is not latin1.
  const passedOn = [...headers]
    .filter(([name]) => isPassedOn(name))
    .map(([name, value]) => [name, Buffer.from(value).toString('latin1')])
  const sent = version === 'v1' ? query : new Map([...query].filter(([name]) => isPassedOn(name)))
  return {
    action: GET_CALLER_IDENTITY,
    service: 'STS',
    method: version === 'v1' ? 'GET' : 'POST',
    url: `${endpoint}/?${canonicalQuery(sent)}`,
    headers: {accept: 'application/json', ...Object.fromEntries(passedOn)},
    // A nonce is accepted once.
    ...(version === 'v1' ? {attempts: 1} : {}),
  }
}

/** What an administrator creates in the cluster for an identity. */
export const identityMapping = (identity: CallerIdentity): Readonly<Record<string, unknown>> => {
  const arn = canonicalArn(identity.arn).toLowerCase()
  return {
    apiVersion: 'ramauthenticator.k8s.alibabacloud/v1alpha1',
    kind: 'RAMIdentityMapping',
    metadata: {name: objectName(arn)},
    spec: {
      arn,
      // The number that ACK's own RBAC grants are for.
      username: identity.userId || identity.roleId || identity.principalId.split(':', 1)[0],
    },
  }
}

/** A name for it by the rules of Kubernetes. */
const objectName = (arn: string): string =>
  arn
    .replace(/^acs:/, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 253)
