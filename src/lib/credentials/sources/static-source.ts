import {AckError} from '../../base/errors.ts'
import {
  credentialsOf,
  type Credentials,
  type CredentialSource,
  type Origin,
  type PlainCredentials,
} from '../credentials.ts'

/**
 * A source of given credentials: an AccessKey pair, or an STS session with a security token.
 *
 * @throws AckError `CredentialsInvalid` for a line break or another control character, which no request header allows
 */
export const staticSource = ({description, identity}: Origin, values: PlainCredentials): CredentialSource => {
  refuseControlCharacter(values.accessKeyId, 'AccessKey ID', description)
  refuseControlCharacter(values.accessKeySecret, 'AccessKey secret', description)
  refuseControlCharacter(values.securityToken ?? '', 'security token', description)
  return knownSource({description, identity}, credentialsOf(values))
}

/** A source of credentials that are known, whose AccessKey ID says whose they are. */
const knownSource = ({description, identity}: Origin, credentials: Credentials): CredentialSource => ({
  description,
  identity: [...identity, ['accessKeyId', credentials.accessKeyId]],
  namesCaller: true,
  isCacheable: false,
  atHand: () => credentials,
  load: () => Promise.resolve(credentials),
})

/**
 * A source that is asked every time, since what answers decides who the caller is: a program, an instance, a URI, a login.
 *
 * @param load - as of a source
 */
export const askedSource = (
  origin: Origin,
  load: CredentialSource['load'],
  atHand: CredentialSource['atHand'] = () => undefined,
): CredentialSource => ({
  ...origin,
  namesCaller: false,
  isCacheable: false,
  atHand,
  load,
  askCaller: async (signal) => knownSource(origin, await load(signal)),
})

/** Whether a text has a line break or another control character. */
export const hasControlCharacter = (value: string): boolean => {
  for (let at = 0; at < value.length; at += 1) {
    const unit = value.charCodeAt(at)
    if (unit < 0x20 || unit === 0x7f) return true
  }
  return false
}

const refuseControlCharacter = (value: string, field: string, description: string): void => {
  if (!hasControlCharacter(value)) return
  throw new AckError(
    'CredentialsInvalid',
    `the ${field} of ${description} contains a line break or another control character`,
    'set it again without that; a trailing newline often comes from a file or a Kubernetes Secret made with echo',
  )
}
