import {ApiServerError, type ApiServer} from '../../api-server/api-call.ts'
import {openApiServer} from '../../api-server/open-api-server.ts'
import {AckError} from '../../base/errors.ts'
import {dateOf} from '../../base/json-object.ts'
import {Secret} from '../../base/secret.ts'
import {cached} from '../../cache/cached.ts'
import {cacheSettings} from '../../cache/cache-settings.ts'
import type {EntryFormat} from '../../cache/entry-file.ts'
import type {Cacheable} from '../../cache/slot.ts'
import {chooseCsEndpoint, describeEndpoint} from '../../options/endpoint.ts'
import type {CredentialSource} from '../../credentials/credentials.ts'
import type {Calling} from '../../ram/call-ram.ts'

/** A cluster, and the way to its API server. */
export interface ClusterRoute {
  readonly clusterId: string
  readonly privateAddress: boolean
}

/** Who calls, and the source that the credentials are from: what is cached belongs to it. */
export interface Operator extends Calling {
  readonly source: CredentialSource
}

/** A certificate is used until it has this left, in milliseconds: long enough for a run. */
const NEEDED_MS = 10 * 60_000

/**
 * Does something at a cluster's API server, as the caller. The certificate for it is cached like those of get-credential,
 * so that not every run has another one issued; one that the cluster does not accept any more is replaced.
 *
 * @throws AckError what the Container Service and `use` throw
 */
export const atApiServer = async <T>(
  route: ClusterRoute,
  operator: Operator,
  use: (api: ApiServer) => Promise<T>,
): Promise<T> => {
  const {caller, context, signal} = operator
  const open = (): Promise<ApiServer> => openApiServer(route, caller, context, signal)
  if (context.options.noCache) return use(await open())
  const entry = cached(accessOf(route, operator), cacheSettings(context, NEEDED_MS))
  const atHand = entry.atHand()
  if (!atHand) return use({...(await entry.load(signal)).api, context})
  const api = {...atHand.api, context}
  try {
    return await use(api)
  } catch (error) {
    if (!mayBeOutdated(error)) throw error
    const fresh = await open()
    if (!isRefused(error) && fresh.server === api.server && fresh.tls.ca === api.tls.ca) throw error
    return use(fresh)
  }
}

const isRefused = (error: unknown): boolean => error instanceof ApiServerError && error.status === 401

/** The certificate, the CA or the address of a cluster may have been replaced. */
const mayBeOutdated = (error: unknown): boolean =>
  isRefused(error) || (AckError.is(error) && error.code === 'NetworkFailed')

interface Access {
  readonly api: Omit<ApiServer, 'context'>
  readonly expiresAt: Date
}

const accessOf = (route: ClusterRoute, {source, caller, context}: Operator): Cacheable<Access> => ({
  description: `cluster ${route.clusterId} for ${source.description}`,
  identity: [
    ...source.identity,
    ['session', caller.accessKeyId],
    ['clusterId', route.clusterId],
    ['csEndpoint', describeEndpoint(chooseCsEndpoint(context.options))],
    ['privateAddress', String(route.privateAddress)],
  ],
  format: ACCESS_FORMAT,
  load: async (signal) => {
    const {expiresAt, clusterId, server, tls} = await openApiServer(route, caller, context, signal)
    return {api: {clusterId, server, tls}, expiresAt}
  },
})

const ACCESS_FORMAT: EntryFormat<Access> = {
  kind: 'api-server',
  expiration: ({expiresAt}) => expiresAt,
  encode: ({api: {clusterId, server, tls}, expiresAt}) => ({
    clusterId,
    server,
    ca: tls.ca,
    certificatePem: tls.certificate,
    privateKeyPem: tls.privateKey.reveal(),
    expiresAt: expiresAt.toISOString(),
  }),
  decode: ({clusterId, server, ca, certificatePem, privateKeyPem, expiresAt}) => {
    const end = dateOf(expiresAt)
    if (typeof clusterId !== 'string' || typeof server !== 'string' || typeof ca !== 'string') return undefined
    if (typeof certificatePem !== 'string' || typeof privateKeyPem !== 'string' || !end) return undefined
    const tls = {ca, certificate: certificatePem, privateKey: new Secret(privateKeyPem)}
    return {api: {clusterId, server, tls}, expiresAt: end}
  },
}
