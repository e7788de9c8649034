import {cached} from '../cache/cached.ts'
import type {Cacheable} from '../cache/slot.ts'
import {cacheSettings} from '../cache/cache-settings.ts'
import type {EntryFormat} from '../cache/entry-file.ts'
import type {Identity} from '../cache/identity.ts'
import {withinTimeout} from '../base/deadline.ts'
import {dateOf} from '../base/json-object.ts'
import {Secret} from '../base/secret.ts'
import type {Credentials, CredentialSource} from '../credentials/credentials.ts'
import type {SourceContext} from '../credentials/source-context.ts'
import {credentialsFrom, withCaller} from '../credentials/use-source.ts'
import type {ClientCertificate} from '../exec/exec-credential.ts'
import type {CertificateOptions, ExpirationMinutes} from '../options/certificate-options.ts'
import {chooseCsEndpoint, describeEndpoint} from '../options/endpoint.ts'

/** A certificate is renewed when no more than this part of its life is left … */
const RENEWED_WHEN_LEFT = 0.2
/** … or this, in milliseconds. */
const RENEWED_WHEN_LEFT_MS = 10 * 60_000
/** How long a renewal may take while there is a certificate that is still valid, in milliseconds. */
const RENEWAL_TIMEOUT_MS = 5000

/**
 * The job of get-credential: credentials of a source → Container Service → client certificate, cached until it is about
 * to expire, and used until it has while the service cannot be reached.
 *
 * @throws AckError what the source throws; `IdentityMismatch`; what the Container Service answers; `CredentialsExpired`
 */
export const getCertificate = async (
  selected: CredentialSource,
  options: CertificateOptions,
  context: SourceContext,
): Promise<ClientCertificate> => {
  const {noCache, timeoutMs} = context.options
  const limit = {leftMs: timeoutMs}
  const source = await withCaller(selected, limit)
  const caller = source.namesCaller ? undefined : await credentialsFrom(source, limit)
  const cacheable = certificateOf({source, caller, options, context})
  if (noCache) return withinTimeout(limit, (signal) => cacheable.load(signal))
  const certificate = cached(cacheable, cacheSettings(context, renewedWhenLeft(options.expirationMinutes)))
  return certificate.atHand() ?? withinTimeout(limit, (signal) => certificate.load(signal))
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
  load: async (signal) => {
    const {issueCertificate} = await import('../container-service/issue-certificate.ts')
    const caller = wanted.caller ?? (await wanted.source.load(signal))
    wanted.context.log.debug(`credentials: ${wanted.source.description}, AccessKey ID ${caller.accessKeyId}`)
    const {certificate, userName} = await issueCertificate(wanted.options, caller, wanted.context, signal)
    const {expectedIdentity} = wanted.options
    if (expectedIdentity !== undefined) {
      const {refuseOthers, identifySigner} = await import('./identify-caller.ts')
      await refuseOthers(await identifySigner(userName, caller, wanted.context, signal), expectedIdentity)
    }
    return certificate
  },
})

/** All that decides whose certificate it is, and for what. */
const identityOf = ({source, caller, options, context}: Wanted): Identity => [
  ...source.identity,
  ...(caller ? [['session', caller.accessKeyId] as const] : []),
  ['clusterId', options.clusterId],
  ['csEndpoint', describeEndpoint(chooseCsEndpoint(context.options))],
  ['expirationMinutes', String(options.expirationMinutes ?? 0)],
  // A certificate that is cached with it was checked before.
  ...(options.expectedIdentity === undefined ? [] : [['expectedIdentity', options.expectedIdentity.value] as const]),
]

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
    const end = dateOf(expiresAt)
    if (typeof certificatePem !== 'string' || typeof privateKeyPem !== 'string' || !end) return undefined
    return {certificatePem, privateKeyPem: new Secret(privateKeyPem), expiresAt: end}
  },
}
