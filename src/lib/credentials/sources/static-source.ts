import {AckError} from '../../base/errors.ts'
import {credentialsOf, type CredentialSource, type Origin, type PlainCredentials} from '../credentials.ts'

/**
 * A source that holds its credentials already: an AccessKey pair, or with a security token the credentials of an
 * STS session.
 *
 * @throws AckError `CredentialsInvalid` for a value with a line break or another control character, which no
 *   credential has and no request header can carry
 */
export const staticSource = ({description, identity}: Origin, values: PlainCredentials): CredentialSource => {
  for (const [name, value] of Object.entries(values)) {
    if (typeof value === 'string' && hasControlCharacter(value))
      throw controlCharacter(description, FIELD_NAMES[name] ?? name)
  }
  const credentials = credentialsOf(values)
  return {
    description,
    identity: [...identity, ['accessKeyId', values.accessKeyId]],
    namesCaller: true,
    isCacheable: false,
    atHand: () => credentials,
    load: () => Promise.resolve(credentials),
  }
}

const FIELD_NAMES: Readonly<Record<string, string>> = {
  accessKeyId: 'AccessKey id',
  accessKeySecret: 'AccessKey secret',
  securityToken: 'security token',
}

// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
export const hasControlCharacter = (value: string): boolean => /[\u0000-\u001F\u007F]/.test(value)

const controlCharacter = (description: string, field: string): AckError =>
  new AckError(
    'CredentialsInvalid',
    `the ${field} of ${description} contains a line break or another control character`,
    'set it again without; a newline at the end often comes from a file or a Kubernetes Secret made with echo',
  )
