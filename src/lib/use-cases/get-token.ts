import type {Credentials, CredentialSource} from '../credentials/credentials.ts'
import {expiredCredentials} from '../credentials/expired.ts'
import type {SourceContext} from '../credentials/source-context.ts'
import type {IssuedToken} from '../exec/exec-credential.ts'
import type {Environment} from '../base/runtime.ts'
import {chooseStsEndpoint} from '../options/endpoint.ts'
import type {TokenOptions} from '../options/token-options.ts'
import {credentialsFrom} from '../credentials/use-source.ts'
import {TOKEN_LIFETIME_MS} from '../credentials/token-lifetime.ts'
import type {Parameters} from '../signing/percent-encode.ts'
import {formatTimestamp, wholeSeconds} from '../signing/timestamp.ts'
import {EXTRA_KEY_PREFIX} from '../token/extra-key-prefix.ts'
import {checkTokenSize} from '../token/token-size.ts'
import type {TokenV1Request} from '../token/token-v1.ts'
import {tokenV2} from '../token/token-v2.ts'
import {userAgent} from '../transport/user-agent.ts'

/**
 * The job of get-token: credentials of a source → signed token → when it ends, by the services' clock.
 *
 * @throws AckError what the source throws; `IdentityMismatch`; `CredentialsExpired`; `TokenTooLarge`
 */
export const getToken = async (
  source: CredentialSource,
  tokenOptions: TokenOptions,
  context: SourceContext,
): Promise<IssuedToken> => {
  const {options, runtime, clock, log} = context
  const {clusterId, tokenVersion, expectedIdentity} = tokenOptions
  const limit = {leftMs: options.timeoutMs}
  const credentials = await credentialsFrom(source, limit)
  if (expectedIdentity !== undefined) {
    const {callerIdentity, refuseOthers} = await import('./identify-caller.ts')
    await refuseOthers(await callerIdentity(credentials, context, limit), expectedIdentity)
  }
  const signedAt = wholeSeconds(clock.now())
  const expiresAt = tokenExpiration(credentials, signedAt, source)
  const extra = await extraKeys(runtime.env)
  const token =
    tokenVersion === 'v1'
      ? await oldToken({clusterId, credentials, signedAt}, context)
      : tokenV2({clusterId, credentials, signedAt, userAgent: userAgent(runtime), extraQuery: extra})
  checkTokenSize(token, {clusterId, credentials, extraQuery: extra}, log)
  log.debug(
    `credentials: ${source.description}, AccessKey ID ${credentials.accessKeyId}, ${credentials.expiration ? `valid until ${formatTimestamp(credentials.expiration)}` : 'without an end'}`,
  )
  log.debug(
    `token ${tokenVersion} for cluster ${JSON.stringify(clusterId)}: ${token.length} bytes, valid until ${formatTimestamp(expiresAt)}`,
  )
  return {token, expiresAt}
}

/** Hardly anybody has extra keys. */
const extraKeys = async (env: Environment): Promise<Parameters> => {
  if (!env[EXTRA_KEY_PREFIX]) return new Map()
  const {extraQuery} = await import('../token/extra-query.ts')
  return extraQuery(env)
}

/** Nor does anybody ask for version 1 but for an old authenticator. */
const oldToken = async (
  request: Pick<TokenV1Request, 'clusterId' | 'credentials' | 'signedAt'>,
  {options, runtime, log}: SourceContext,
): Promise<string> => {
  const {isAcceptedStsHost, tokenV1} = await import('../token/token-v1.ts')
  // The authenticator calls that host, and cannot reach a VPC address.
  const host = chooseStsEndpoint({...options, usesVpc: false}).host.replace(/^sts-vpc\./, 'sts.')
  if (!isAcceptedStsHost(host)) log.warn(`authenticators refuse version 1 tokens for ${host}: remove --sts-endpoint`)
  return tokenV1({...request, nonce: runtime.nonce(), stsHost: host})
}

/** A token ends with its credentials at the latest. */
const tokenExpiration = ({expiration}: Credentials, signedAt: Date, source: CredentialSource): Date => {
  const latest = new Date(signedAt.getTime() + TOKEN_LIFETIME_MS)
  if (!expiration) return latest
  const credentialsEnd = wholeSeconds(expiration)
  if (credentialsEnd <= signedAt) throw expiredCredentials(source, credentialsEnd)
  return credentialsEnd < latest ? credentialsEnd : latest
}
