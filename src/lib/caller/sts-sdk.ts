import type * as Sts from '@alicloud/sts20150401'

import type {JsonObject} from '../base/json-object.ts'
import {Secret} from '../base/secret.ts'
import type {CredentialSource} from '../credentials/credentials.ts'
import {sdkCredential} from '../credentials/sdk-provider.ts'
import type {SourceContext} from '../credentials/source-context.ts'
import type {Endpoint} from '../options/endpoint.ts'
import {parseReplyObject, type HttpMethod, type HttpReply} from '../transport/http.ts'
import {signedCall, type ApiCaller} from '../transport/signed-call.ts'
import {identityIn} from './ask-caller.ts'
import {readCallerIdentity, type CallerIdentity} from './caller-identity.ts'

type StsClient = typeof Sts.default.default
type StsConfig = ConstructorParameters<StsClient>[0]
/** Where the SDK's client signs and sends: the only one of its methods that is replaced. */
type CallApi = InstanceType<StsClient>['callApi']

/**
 * Asks STS who the caller is, by Alibaba Cloud's SDK: its client says what is asked, takes the credentials of a source as
 * its own, and reads the answer by its model. The call is signed and sent as every other one of ours: within the limits,
 * through the proxy, by the clock of the service, and with its errors.
 *
 * @throws AckError `ServiceRefused`, `ServiceFailed`, and what the transport throws
 */
export const askCallerBySdk = async (
  endpoint: Endpoint,
  source: CredentialSource,
  {runtime, transport}: Pick<SourceContext, 'runtime' | 'transport'>,
  signal?: AbortSignal,
): Promise<CallerIdentity> => {
  const Client = clientIn(await import('@alicloud/sts20150401'))
  const credential = await sdkCredential(source)
  const callApi: CallApi = async ({action, version, method, pathname}, {query}) => {
    const request = {
      action,
      service: 'STS' as const,
      version,
      endpoint,
      method: method as HttpMethod,
      path: pathname,
      query: new Map(Object.entries(query ?? {})),
    }
    const call = signedCall(request, await callerOf(credential), runtime)
    const reply = await transport(call, signal)
    identityIn(call, reply)
    return {statusCode: reply.status, headers: {}, body: textsIn(reply)}
  }
  const client = new Client({endpoint: endpoint.host, credential} as StsConfig)
  const {body} = await Object.assign(client, {callApi}).getCallerIdentity()
  const identity = readCallerIdentity(body ?? {})
  if (identity) return identity
  throw new Error("the SDK's model has lost what STS answered")
}

/** The package is CommonJS compiled from a default export, which engines and bundlers wrap once or twice. */
const clientIn = (module: unknown): StsClient => {
  const {default: inner} = module as {default: unknown}
  return typeof inner === 'function' ? (inner as StsClient) : clientIn(inner)
}

/** The credentials as the SDK's own object gives them to its clients. */
const callerOf = async (credential: Awaited<ReturnType<typeof sdkCredential>>): Promise<ApiCaller> => {
  const {accessKeyId, accessKeySecret, securityToken} = await credential.getCredential()
  return {
    accessKeyId: accessKeyId ?? '',
    accessKeySecret: new Secret(accessKeySecret ?? ''),
    ...(securityToken ? {securityToken: new Secret(securityToken)} : {}),
  }
}

/** The SDK's model fails at a value of another kind, and writes a number as a text. */
const textsIn = (reply: HttpReply): JsonObject =>
  Object.fromEntries(Object.entries(parseReplyObject(reply) ?? {}).filter(([, value]) => typeof value === 'string'))
