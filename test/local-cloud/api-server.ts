import type {IncomingMessage, ServerResponse} from 'node:http'
import {createServer} from 'node:https'

import {authenticate, type AuthenticatorOptions} from './authenticator.ts'
import {AuthenticatorError} from './authenticator-error.ts'
import {createCertificate} from './certificate.ts'
import {failure, type KubernetesUser} from './kubernetes-objects.ts'
import {route} from './kubernetes-routes.ts'
import {answering, listenOnLoopback} from './loopback-server.ts'

/** What an ARN is in the cluster, as a RAMIdentityMapping says it. */
export type IdentityMapping = {readonly username: string; readonly groups: readonly string[]}

export type ApiServerOptions = AuthenticatorOptions & {
  /** By canonical ARN. When given, an ARN without an entry is refused; otherwise its user is named like the ARN. */
  readonly mappings?: Readonly<Record<string, IdentityMapping>>
}

/** What the API server remembers of a request; it holds no token. */
export type ApiRequestRecord = {
  readonly method: string
  /** Without the query. */
  readonly path: string
  readonly status: number
  /** Why it was refused with 401, in the authenticator's words. */
  readonly reason?: string
}

export type LocalApiServer = {
  /** `https://127.0.0.1:<port>` */
  readonly url: string
  readonly caPem: string
  /** In the order in which they were answered. */
  readonly requests: readonly ApiRequestRecord[]
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
  const {keyPem, certPem} = await createCertificate()
  const requests: ApiRequestRecord[] = []
  const listener = answering(async (message, response) => {
    requests.push(await answer(message, response, options))
  })
  const {port, close} = await listenOnLoopback(createServer({key: keyPem, cert: certPem}, listener))
  return {url: `https://127.0.0.1:${port}`, caPem: certPem, requests, close}
}

const answer = async (
  message: IncomingMessage,
  response: ServerResponse,
  options: ApiServerOptions,
): Promise<ApiRequestRecord> => {
  const {method = '', url = '', headers} = message
  const path = url.split('?')[0] ?? ''
  message.resume() // the one body that is sent, a SelfSubjectReview, says nothing
  try {
    const user = await authenticateUser(headers.authorization, options)
    const {status, body} = route({method, path, accept: headers.accept ?? '', user})
    write(response, status, body)
    return {method, path, status}
  } catch (error) {
    if (!(error instanceof AuthenticatorError)) throw error
    write(response, 401, failure(401, 'Unauthorized', 'Unauthorized'))
    return {method, path, status: 401, reason: error.message}
  }
}

const authenticateUser = async (authorization = '', options: ApiServerOptions): Promise<KubernetesUser> => {
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

const write = (response: ServerResponse, status: number, body: object): void => {
  response.writeHead(status, {'content-type': 'application/json'}).end(JSON.stringify(body))
}
