import {AckError} from '../../base/errors.ts'
import {
  credentialsOf,
  isFault,
  type Credentials,
  type CredentialSource,
  type Origin,
  type PlainCredentials,
} from '../credentials.ts'

/**
 * A source of given credentials: an AccessKey pair, or an STS session with a security token.
 *
 * @param idField - the variable or field of the AccessKey ID
 * @throws AckError `CredentialsInvalid` for a value that cannot be one
 */
export const staticSource = (origin: Origin, values: PlainCredentials, idField = 'access_key_id'): CredentialSource => {
  const credentials = credentialsOf(values)
  if (!isFault(credentials)) return knownSource(origin, credentials)
  const {field, complaint, nextStep} = credentials
  const named = field === 'AccessKey ID' ? `${field} (${idField})` : field
  throw new AckError('CredentialsInvalid', `the ${named} of ${origin.description} ${complaint}`, nextStep)
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
 */
export const askedSource = (
  origin: Origin,
  ask: CredentialSource['load'],
  atHand: CredentialSource['atHand'] = () => undefined,
): CredentialSource => ({
  ...origin,
  namesCaller: false,
  isCacheable: false,
  atHand,
  load: ask,
  askCaller: async (signal) => knownSource(origin, await ask(signal)),
})
