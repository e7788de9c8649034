import {AckError} from '../../base/errors.ts'
import {stripHttpWhitespace} from '../../base/http-whitespace.ts'
import {checkAccessKeyId} from '../access-key-id.ts'
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
 * @param idField - the variable or field of the AccessKey ID
 * @throws AckError `CredentialsInvalid` for a line break or another control character, which no request header allows, and
 *   for an AccessKey ID that cannot be one
 */
export const staticSource = (origin: Origin, values: PlainCredentials, idField = 'access_key_id'): CredentialSource => {
  const {description} = origin
  const {accessKeyId, accessKeySecret} = values
  const securityToken = values.securityToken && stripHttpWhitespace(values.securityToken)
  if (values.securityToken && securityToken === '')
    // Without it, the AccessKey pair alone would be somebody else, or nobody.
    throw new AckError(
      'CredentialsInvalid',
      `the security token of ${description} is blank`,
      'set it again, or remove it',
    )
  refuseControlCharacter(accessKeyId, 'AccessKey ID', description)
  refuseControlCharacter(accessKeySecret, 'AccessKey secret', description)
  refuseControlCharacter(securityToken ?? '', 'security token', description)
  checkAccessKeyId(accessKeyId, idField, description)
  return knownSource(origin, credentialsOf({...values, securityToken}))
}

/** A source of credentials that are known, whose AccessKey ID says whose they are. */
const knownSource = (origin: Origin, credentials: Credentials): CredentialSource => ({
  ...origin,
  identity: [...origin.identity, ['accessKeyId', credentials.accessKeyId]],
  namesCaller: true,
  isCacheable: false,
  atHand: () => credentials,
  load: () => Promise.resolve(credentials),
})

/**
 * A source that is asked every time, since what answers decides who the caller is: a program, an instance, a URI, a login.
 *
 * @param ask - as `load` of a source
 * @throws AckError in `load`: `CredentialsInvalid` for an AccessKey ID that cannot be one
 */
export const askedSource = (
  origin: Origin,
  ask: CredentialSource['load'],
  atHand: CredentialSource['atHand'] = () => undefined,
): CredentialSource => {
  const load: CredentialSource['load'] = async (signal) => {
    const credentials = await ask(signal)
    checkAccessKeyId(credentials.accessKeyId, 'AccessKeyId', origin.description)
    return credentials
  }
  return {
    ...origin,
    namesCaller: false,
    isCacheable: false,
    atHand,
    load,
    askCaller: async (signal) => knownSource(origin, await load(signal)),
  }
}

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
