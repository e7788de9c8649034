import {logOnce} from '../base/log/log-once.ts'
import {cacheSettings} from '../cache/cache-settings.ts'
import {cachedLoad, type Cacheable} from '../cache/cached-load.ts'
import type {EntryFormat} from '../cache/entry-file.ts'
import {unusableAnswer} from '../container-service/cs-call.ts'
import {describeUserKubeconfig, USER_KUBECONFIG_ACTION} from '../container-service/user-kubeconfig.ts'
import type {Credentials, CredentialSource} from '../credentials/credentials.ts'
import type {SourceContext} from '../credentials/source-context.ts'
import {AckError} from '../base/errors.ts'
import type {ClientCertificate} from '../exec/exec-credential.ts'
import type {CertificateOptions, ExpirationMinutes} from '../options/certificate-options.ts'
import {chooseCsEndpoint, describeEndpoint} from '../options/endpoint.ts'
import {Secret} from '../base/secret.ts'
import {withinTimeout} from '../base/deadline.ts'
import {checkCertificate} from '../container-service/client-certificate.ts'
import {type Identity, NotAtHand} from '../cache/identity.ts'

/** A certificate is renewed when no more than this part of its life is left … */
const RENEWED_WHEN_LEFT = 0.2
/** … or this, in milliseconds. */
const RENEWED_WHEN_LEFT_MS = 10 * 60_000
/** How long a renewal may take while there is a certificate that is still valid, in milliseconds. */
const RENEWAL_TIMEOUT_MS = 5000

/**
 * The job of get-credential: credentials of a source → Container Service → client certificate, kept in the cache until
 * it is about to end, and to its end while the service cannot be reached.
 *
 * @throws AckError what the source throws; what the Container Service answers; `CredentialsExpired`
 */
export const getCertificate = async (
  source: CredentialSource,
  options: CertificateOptions,
  context: SourceContext,
): Promise<ClientCertificate> => {
  const run = async (signal?: AbortSignal): Promise<ClientCertificate> => {
    const caller = source.namesCaller ? undefined : await source.load(signal)
    const cacheable = certificateOf({source, caller, options, context})
    if (context.options.noCache) {
      if (context.isLight) throw new NotAtHand()
      return cacheable.load(signal)
    }
    const minRemainingMs = renewedWhenLeft(options.expirationMinutes)
    const settings = {...cacheSettings(context, minRemainingMs), log: logOnce(context.log)}
    return cachedLoad(cacheable, settings, signal)
  }
  // There nothing is waited for.
  return context.isLight ? run() : withinTimeout(context.options.timeoutMs, run)
}

interface Wanted {
  readonly source: CredentialSource
  /** The credentials, where the source does not say by itself whose they are. */
  readonly caller: Credentials | undefined
  readonly options: CertificateOptions
  readonly context: SourceContext
}

const certificateOf = (wanted: Wanted): Cacheable<ClientCertificate> => ({
  description: `cluster ${wanted.options.clusterId} for ${wanted.source.description}`,
  identity: identityOf(wanted),
  format: CERTIFICATE_FORMAT,
  renewalTimeoutMs: RENEWAL_TIMEOUT_MS,
  load: async (signal) => issue(wanted, wanted.caller ?? (await wanted.source.load(signal)), signal),
})

/** All that decides whose certificate it is, and for what. */
const identityOf = ({source, caller, options, context}: Wanted): Identity => [
  ...source.identity,
  ...(caller ? [['session', caller.accessKeyId] as const] : []),
  ['clusterId', options.clusterId],
  ['csEndpoint', describeEndpoint(chooseCsEndpoint(context.options))],
  ['expirationMinutes', String(options.expirationMinutes ?? 0)],
]

const issue = async (
  {options: {clusterId, expirationMinutes}, context}: Wanted,
  caller: Credentials,
  signal: AbortSignal | undefined,
): Promise<ClientCertificate> => {
  // The address plays no part here, and every cluster has the private one.
  const request = {clusterId, expirationMinutes, privateAddress: true}
  const answer = await describeUserKubeconfig(request, caller, context, signal)
  const certificate = checkCertificate(answer.certificatePem, answer.privateKeyPem.reveal(), answer.expiration)
  if ('fault' in certificate) throw unusableAnswer(USER_KUBECONFIG_ACTION, certificate.fault)
  if (certificate.expiresAt > context.runtime.now()) return certificate
  throw new AckError(
    'CredentialsExpired',
    `the certificate that the Container Service gave for cluster ${clusterId} expired at ${certificate.expiresAt.toISOString()}`,
    "check this machine's clock",
  )
}

const renewedWhenLeft = (expirationMinutes: ExpirationMinutes): number =>
  Math.max(RENEWED_WHEN_LEFT_MS, RENEWED_WHEN_LEFT * (expirationMinutes ?? 0) * 60_000)

const CERTIFICATE_FORMAT: EntryFormat<ClientCertificate> = {
  kind: 'certificate',
  expiration: ({expiresAt}) => expiresAt,
  encode: ({certificatePem, privateKeyPem, expiresAt}) => ({
    certificatePem,
    privateKeyPem: privateKeyPem.reveal(),
    expiresAt: expiresAt.toISOString(),
  }),
  decode: ({certificatePem, privateKeyPem, expiresAt}) => {
    const end = new Date(typeof expiresAt === 'string' ? expiresAt : '')
    if (typeof certificatePem !== 'string' || typeof privateKeyPem !== 'string' || Number.isNaN(end.getTime()))
      return undefined
    return {certificatePem, privateKeyPem: new Secret(privateKeyPem), expiresAt: end}
  },
}
