import {AckError} from '../../base/errors.ts'
import {credentialsOf, type CredentialSource, type Origin, type PlainCredentials} from '../credentials.ts'

/**
 * A source of given credentials: an AccessKey pair, or an STS session with a security token.
 *
 * @throws AckError `CredentialsInvalid` for a line break or another control character, which no request header allows
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
  accessKeyId: 'AccessKey ID',
  accessKeySecret: 'AccessKey secret',
  securityToken: 'security token',
}

/** Whether a value has a line break or another control character. */
// oxlint-disable-next-line no-control-regex -- to find control characters
export const hasControlCharacter = (value: string): boolean => /[\u0000-\u001F\u007F]/.test(value)

const controlCharacter = (description: string, field: string): AckError =>
  new AckError(
    'CredentialsInvalid',
    `the ${field} of ${description} contains a line break or another control character`,
    'set it again without that; a trailing newline often comes from a file or a Kubernetes Secret made with echo',
  )
