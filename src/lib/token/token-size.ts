import type {Credentials} from '../credentials/credentials.ts'
import {AckError} from '../base/errors.ts'
import type {Log} from '../base/log/log.ts'
import type {Parameters} from '../signing/percent-encode.ts'
import {EXTRA_KEY_PREFIX} from './extra-key-prefix.ts'

/** The authenticator refuses longer tokens as "token is too large". In bytes. */
export const MAX_TOKEN_BYTES = 4096
const WARN_FROM_BYTES = 3500

interface TokenParts {
  readonly clusterId: string
  readonly credentials: Credentials
  readonly extraQuery: Parameters
}

/**
 * Refuses a token that is too large for authenticators, and warns of one that is nearly too large.
 *
 * @throws AckError `TokenTooLarge`, naming the longest part
 */
export const checkTokenSize = (token: string, parts: TokenParts, log: Log): void => {
  if (token.length < WARN_FROM_BYTES) return
  const longest = longestPart(parts)
  const size = `the token has ${token.length} bytes, and authenticators accept at most ${MAX_TOKEN_BYTES}`
  const cause = `its longest part is ${longest.name} (${longest.length} characters)`
  if (token.length > MAX_TOKEN_BYTES) throw new AckError('TokenTooLarge', `${size}; ${cause}`, longest.advice)
  log.warn(`${size}; ${cause}: ${longest.advice}`)
}

interface Part {
  readonly name: string
  readonly length: number
  readonly advice: string
}

const longestPart = ({clusterId, credentials, extraQuery}: TokenParts): Part => {
  const extraLength = [...extraQuery].reduce((sum, [key, value]) => sum + key.length + value.length, 0)
  const parts: readonly Part[] = [
    {
      name: 'the security token',
      length: credentials.securityToken?.length ?? 0,
      advice:
        'use an AccessKey, or a role session with a shorter policy and session name, which has a shorter security token',
    },
    {name: 'the cluster ID', length: clusterId.length, advice: 'check --cluster-id: a cluster ID has 33 characters'},
    {
      name: 'the extra query',
      length: extraLength,
      advice: `check the variables with the prefix in ${EXTRA_KEY_PREFIX}`,
    },
    {
      name: 'the AccessKey ID',
      length: credentials.accessKeyId.length,
      advice: 'check the AccessKey ID: it usually has about 24 characters',
    },
  ]
  return parts.reduce((longest, part) => (part.length > longest.length ? part : longest))
}
