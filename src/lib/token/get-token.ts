import type {Credentials, CredentialSource} from '../credentials/credentials.ts'
import {AckError} from '../errors.ts'
import type {IssuedToken} from '../exec/exec-credential.ts'
import type {Log} from '../log/log.ts'
import {chooseStsEndpoint} from '../options/endpoint.ts'
import type {GlobalOptions} from '../options/global-options.ts'
import type {TokenOptions} from '../options/token-options.ts'
import type {Runtime} from '../runtime.ts'
import {extraQuery} from './extra-query.ts'
import {wholeSeconds} from '../signing/timestamp.ts'
import {checkTokenSize} from './token-size.ts'
import {tokenV1} from './token-v1.ts'
import {tokenV2} from './token-v2.ts'
import {userAgent} from '../transport/user-agent.ts'

/**
 * How long a token is said to live, in milliseconds. STS takes its date for 15 minutes; the rest is the margin for
 * clocks that differ and requests that are under way.
 */
export const TOKEN_LIFETIME_MS = 10 * 60 * 1000

export interface GetTokenContext {
  readonly options: GlobalOptions
  readonly runtime: Runtime
  readonly log: Log
}

/**
 * The job of get-token: credentials of a source → signed token → when it ends.
 *
 * @throws AckError what the source throws; `CredentialsExpired`; `TokenTooLarge`
 */
export const getToken = async (
  source: CredentialSource,
  tokenOptions: TokenOptions,
  context: GetTokenContext,
): Promise<IssuedToken> => {
  const {options, runtime, log} = context
  const {clusterId, tokenVersion} = tokenOptions
  const credentials = await source.load(AbortSignal.timeout(options.timeoutMs))
  const signedAt = wholeSeconds(runtime.now())
  const expiresAt = tokenExpiration(credentials, signedAt, source)
  const extra = extraQuery(runtime.env)
  const token =
    tokenVersion === 'v1'
      ? tokenV1({
          clusterId,
          credentials,
          signedAt,
          nonce: runtime.nonce(),
          stsHost: chooseStsEndpoint(options).host,
        })
      : tokenV2({clusterId, credentials, signedAt, userAgent: userAgent(runtime), extraQuery: extra})
  checkTokenSize(token, {clusterId, credentials, extraQuery: extra}, log)
  log.debug(
    `token ${tokenVersion} for cluster ${JSON.stringify(clusterId)}: ${token.length} bytes, valid until ${expiresAt.toISOString()}`,
  )
  return {token, expiresAt}
}

/** A token ends with its credentials at the latest. */
const tokenExpiration = ({expiration}: Credentials, signedAt: Date, source: CredentialSource): Date => {
  const latest = new Date(signedAt.getTime() + TOKEN_LIFETIME_MS)
  if (!expiration) return latest
  const credentialsEnd = wholeSeconds(expiration)
  if (credentialsEnd <= signedAt) {
    throw new AckError(
      'CredentialsExpired',
      `the credentials of ${source.description} expired at ${credentialsEnd.toISOString()}`,
      "get new ones and store them in the same place; if they are new, check this machine's clock",
    )
  }
  return credentialsEnd < latest ? credentialsEnd : latest
}
