import type * as Sts from '@alicloud/sts20150401'

import {startDeadline} from '../base/deadline.ts'
import {isJsonObject} from '../base/json-object.ts'
import {monotonicMs} from '../base/monotonic-ms.ts'
import type {CredentialSource} from '../credentials/credentials.ts'
import {sdkCredential} from '../credentials/sdk-provider.ts'
import type {SourceContext} from '../credentials/source-context.ts'
import type {Endpoint} from '../options/endpoint.ts'
import {describeEndpoint} from '../options/endpoint.ts'
import {refuseUnverified, trustOf} from '../transport/certificates.ts'
import type {HttpCall} from '../transport/http.ts'
import {networkError} from '../transport/network-error.ts'
import {parseRpcError, serviceError} from '../transport/service-error.ts'
import {userAgent} from '../transport/user-agent.ts'
import {ACTION, unusableIdentity} from './ask-caller.ts'
import {readCallerIdentity, type CallerIdentity} from './caller-identity.ts'

/**
 * Asks STS who the caller is, by Alibaba Cloud's SDK with a source as its credentials provider. The SDK knows no proxy.
 *
 * @throws AckError `ServiceRefused`, `ServiceFailed`, `NetworkFailed`, `DeadlineExceeded`: the SDK's own messages, which
 *   quote URLs and pages, are never shown
 */
export const askCallerBySdk = async (
  endpoint: Endpoint,
  source: CredentialSource,
  {runtime, log, options}: SourceContext,
): Promise<CallerIdentity> => {
  refuseUnverified(runtime.env)
  const ca = endpoint.scheme === 'https' ? trustOf(runtime.env, log).withSystem() : undefined
  const Client = clientIn(await import('@alicloud/sts20150401'))
  const client = new Client({
    endpoint: endpoint.host,
    protocol: endpoint.scheme,
    userAgent: userAgent(runtime),
    connectTimeout: options.timeoutMs,
    readTimeout: options.timeoutMs,
    credential: await sdkCredential(source),
    ...(ca ? {ca: ca.join('\n')} : {}),
  } as ConstructorParameters<typeof Client>[0])
  const call = {action: ACTION, service: 'STS', method: 'POST', url: `${describeEndpoint(endpoint)}/`} as const
  const startedAt = monotonicMs()
  const {signal, release} = startDeadline(options.timeoutMs)
  // The SDK uses url.parse(), of which newer engines warn on stderr.
  const {noDeprecation} = process
  process.noDeprecation = true
  try {
    const {body = {}} = await Promise.race([client.getCallerIdentity(), ending(signal)])
    log.debug(`call: ${ACTION} at ${endpoint.host} by the SDK: ${Math.round(monotonicMs() - startedAt)} ms`)
    const identity = readCallerIdentity(body)
    if (identity) return identity
  } catch (error) {
    throw explain(error, call, {signal, waitedMs: monotonicMs() - startedAt})
  } finally {
    release()
    process.noDeprecation = noDeprecation ?? false
  }
  throw unusableIdentity(endpoint.host)
}

/** The package is CommonJS compiled from a default export, which engines and bundlers wrap once or twice. */
const clientIn = (module: unknown): typeof Sts.default.default => {
  const {default: inner} = module as {default: unknown}
  return typeof inner === 'function' ? (inner as typeof Sts.default.default) : clientIn(inner)
}

const ending = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('deadline')), {once: true})
  })

const explain = (
  error: unknown,
  call: HttpCall,
  {signal, waitedMs}: {readonly signal: AbortSignal; readonly waitedMs: number},
): Error => {
  const {statusCode, data, code, name, syscall} = (error ?? {}) as Record<string, unknown>
  if (isJsonObject(data) || typeof statusCode === 'number') {
    const details = parseRpcError(isJsonObject(data) ? data : {})
    const status = typeof statusCode === 'number' ? statusCode : SERVER_FAULT
    return serviceError(call, {status, body: ''}, {...(typeof code === 'string' ? {code} : {}), ...details})
  }
  // What parses no answer says so by the parser's error, which quotes the answer.
  if (name === 'SyntaxError') return serviceError(call, {status: SERVER_FAULT, body: ''}, {code: 'NotJson'})
  if (name === 'RequestTimeoutError')
    return networkError({code: 'NO_RESPONSE'}, {...AROUND, call, signal, waitedMs}).error
  if (typeof code === 'string' || typeof syscall === 'string' || signal.aborted)
    return networkError(error, {...AROUND, call, signal, waitedMs}).error
  return error instanceof Error ? error : new Error('unknown failure of the SDK')
}

/** For a failure of the service whose status the SDK does not give. */
const SERVER_FAULT = 500
const AROUND = {proxy: undefined, isAtProxy: false} as const
