import {authenticate, type AuthenticatorOptions} from './authenticator.ts'
import {AuthenticatorError} from './authenticator-error.ts'
import {createCertificate} from './certificate.ts'
import type {FailNext, FaultOptions} from './faults.ts'
import {failure, type KubernetesUser} from './kubernetes-objects.ts'
import {route} from './kubernetes-routes.ts'
import {json, startService, type Recorded, type Reply} from './local-service.ts'
import {valuesOf, type ReceivedRequest} from './received-request.ts'

/** What an ARN is in the cluster, as a RAMIdentityMapping says it. */
export type IdentityMapping = {readonly username: string; readonly groups: readonly string[]}

export type ApiServerOptions = AuthenticatorOptions &
  FaultOptions & {
    /** By canonical ARN. When given, an ARN without an entry is refused; otherwise its user is named like the ARN. */
    readonly mappings?: Readonly<Record<string, IdentityMapping>>
  }

type ApiRequest = {
  readonly method: string
  /** Without the query. */
  readonly path: string
  /** Why it was refused with 401, in the authenticator's words. */
  readonly reason?: string
}

/** What the API server remembers of a request; it holds no token. */
export type ApiRequestRecord = Recorded<ApiRequest>

export type LocalApiServer = {
  /** `https://127.0.0.1:<port>` */
  readonly url: string
  readonly caPem: string
  /** In the order in which they were answered. */
  readonly requests: readonly ApiRequestRecord[]
  readonly failNext: FailNext
  readonly close: () => Promise<void>
}

/**
 * Starts a Kubernetes API server on 127.0.0.1 that knows its users by ack-ram-authenticator.
 *
 * Every path wants a bearer token, and every request is authenticated anew: the real server would remember for minutes.
 *
 * @throws if a certificate cannot be made or the server cannot listen
 */
export const startApiServer = async (options: ApiServerOptions): Promise<LocalApiServer> => {
  const certificate = await createCertificate()
  const {origin, ...service} = await startService<ApiRequest>(
    {
      describe: ({method, path}) => ({method, path}),
      answer: (request) => answer(request, options),
      refuse: ({status, code}) => json(status, failure(status, code, code)),
    },
    {certificate, faults: options.faults},
  )
  return {url: origin, caPem: certificate.certPem, ...service}
}

// The body is not looked at: the one that is sent, a SelfSubjectReview, says nothing.
const answer = async (
  {method, path, headers}: ReceivedRequest,
  options: ApiServerOptions,
): Promise<Reply<ApiRequest>> => {
  const header = (name: string): string => valuesOf(headers, name)[0] ?? ''
  try {
    const user = await authenticateUser(header('authorization'), options)
    const {status, body} = route({method, path, accept: header('accept'), user})
    return json(status, body)
  } catch (error) {
    if (!(error instanceof AuthenticatorError)) throw error
    return json(401, failure(401, 'Unauthorized', 'Unauthorized'), {reason: error.message})
  }
}

const authenticateUser = async (authorization: string, options: ApiServerOptions): Promise<KubernetesUser> => {
  const token = /^bearer +(\S+)$/i.exec(authorization)?.[1]
  if (!token) throw new AuthenticatorError('request has no bearer token')
  const {arn, canonicalArn} = await authenticate(token, options)
  const {username, groups} = findMapping(canonicalArn, options.mappings)
  const extra = {arn: [arn], canonicalArn: [canonicalArn]}
  return {username, groups: [...groups, 'system:authenticated'], extra}
}

const findMapping = (canonicalArn: string, mappings: ApiServerOptions['mappings']): IdentityMapping => {
  if (!mappings) return {username: canonicalArn, groups: []}
  const mapping = mappings[canonicalArn]
  if (!mapping) throw new AuthenticatorError(`arn ${canonicalArn} is not mapped`)
  return mapping
}
