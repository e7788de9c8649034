import {authenticate, type AuthenticatorOptions} from './authenticator.ts'
import {AuthenticatorError} from './authenticator-error.ts'
import {createFaultyCertificate} from './certificate.ts'
import {certificateUser, findCertificateFault} from './client-certificate.ts'
import type {ClusterCa} from './cluster-ca.ts'
import type {FailNext, FaultOptions} from './faults.ts'
import {failure, type KubernetesUser} from './kubernetes-objects.ts'
import {route} from './kubernetes-routes.ts'
import {answerFromStore, type KubernetesStore} from './kubernetes-store.ts'
import {json, startService, type Recorded, type Reply} from './local-service.ts'
import {valuesOf, type ReceivedRequest} from './received-request.ts'

/** What an ARN is in the cluster, as a RAMIdentityMapping says it. */
export type IdentityMapping = {readonly username: string; readonly groups: readonly string[]}

export type ApiServerOptions = AuthenticatorOptions &
  FaultOptions & {
    /** By canonical ARN. When given, an ARN without an entry is refused; otherwise its user is named like the ARN. */
    readonly mappings?: Readonly<Record<string, IdentityMapping>>
    /** With it, a client certificate that it issued is as good as a token. */
    readonly clientCa?: Pick<ClusterCa, 'certPem'>
    /** Whether its own certificate has expired. */
    readonly hasExpired?: boolean
    /** The clock by which client certificates end. */
    readonly now?: () => Date
    /** Objects that it has besides. */
    readonly store?: KubernetesStore
  }

type ApiRequest = {
  readonly method: string
  /** Without the query. */
  readonly path: string
  /** What the client was authenticated by, if it was. */
  readonly by?: 'certificate' | 'token'
  /** Its Kubernetes user name. */
  readonly user?: string
  /** Why it was refused with 401, in the authenticator's words. */
  readonly reason?: string
}

/** What the API server remembers of a request; it holds no token and no key. */
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

const AUTHENTICATED = 'system:authenticated'

/**
 * Starts a Kubernetes API server on 127.0.0.1 that knows its users by ack-ram-authenticator, and by client certificates.
 *
 * Every path wants one of the two. As with the real one, a certificate comes first, and a token is looked at if there is
 * no certificate or a bad one. Every request is authenticated anew: the real server would remember for minutes.
 *
 * @throws if a certificate cannot be made or the server cannot listen
 */
export const startApiServer = async (options: ApiServerOptions): Promise<LocalApiServer> => {
  const certificate = await createFaultyCertificate({ips: ['127.0.0.1'], isExpired: options.hasExpired === true})
  const {origin, ...service} = await startService<ApiRequest>(
    {
      describe: ({method, path}) => ({method, path}),
      answer: (request) => answer(request, options),
      refuse: ({status, code, message = code}) => json(status, failure(status, code, message)),
    },
    {certificate, requestsClientCertificate: options.clientCa !== undefined, faults: options.faults},
  )
  return {url: origin, caPem: certificate.certPem, ...service}
}

const answer = async (request: ReceivedRequest, options: ApiServerOptions): Promise<Reply<ApiRequest>> => {
  const {method, path, query, headers, body: sent} = request
  try {
    const {by, user} = await authenticateClient(request, options)
    const contentType = valuesOf(headers, 'content-type')[0] ?? ''
    const accept = valuesOf(headers, 'accept')[0] ?? ''
    const stored =
      options.store &&
      answerFromStore({method, path, query, accept, contentType, body: sent.toString('utf8')}, options.store)
    if (stored) return json(stored.status, stored.body, {by, user: user.username})
    const {status, body} = route({method, path, accept, user})
    return json(status, body, {by, user: user.username})
  } catch (error) {
    if (!(error instanceof AuthenticatorError)) throw error
    return json(401, failure(401, 'Unauthorized', 'Unauthorized'), {reason: error.message})
  }
}

type Client = {readonly by: 'certificate' | 'token'; readonly user: KubernetesUser}

const authenticateClient = async (
  {headers, clientCertificate}: ReceivedRequest,
  options: ApiServerOptions,
): Promise<Client> => {
  const {clientCa: ca, now = () => new Date()} = options
  const certificate = ca && clientCertificate
  const fault = certificate && findCertificateFault(certificate, {ca, now: now()})
  if (certificate && fault === undefined) {
    const {username, groups} = certificateUser(certificate)
    return {by: 'certificate', user: {username, groups: [...groups, AUTHENTICATED], extra: {}}}
  }
  const token = /^bearer +(\S+)$/i.exec(valuesOf(headers, 'authorization')[0] ?? '')?.[1]
  if (!token) throw new AuthenticatorError(fault ?? 'request has no bearer token')
  return {by: 'token', user: await authenticateToken(token, options)}
}

const authenticateToken = async (token: string, options: ApiServerOptions): Promise<KubernetesUser> => {
  const {arn, canonicalArn} = await authenticate(token, options)
  const {username, groups} = findMapping(canonicalArn, options.mappings)
  const extra = {arn: [arn], canonicalArn: [canonicalArn]}
  return {username, groups: [...groups, AUTHENTICATED], extra}
}

const findMapping = (canonicalArn: string, mappings: ApiServerOptions['mappings']): IdentityMapping => {
  if (!mappings) return {username: canonicalArn, groups: []}
  const mapping = mappings[canonicalArn]
  if (!mapping) throw new AuthenticatorError(`arn ${canonicalArn} is not mapped`)
  return mapping
}
