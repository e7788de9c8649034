import {askedSource} from './static-source.ts'
import {AckError} from '../../base/errors.ts'
import {sha256Hex} from '../../signing/hash.ts'
import type {CredentialSource, Origin} from '../credentials.ts'
import {externalProcessesAreDisabled} from './external-processes.ts'
import type {SourceContext} from '../source-context.ts'

/** The variable with the URI. */
export const CREDENTIALS_URI = 'ALIBABA_CLOUD_CREDENTIALS_URI'

/**
 * The credentials from a URI, in the format of the instance metadata. The URI itself may hold a secret, so only its host
 * is shown.
 *
 * @throws AckError `ProfileInvalid` for an invalid URI, `ProfileNotSupported` if the environment forbids it
 */
export const credentialsUriSource = (uri: string, origin: Origin, context: SourceContext): CredentialSource => {
  const {description} = origin
  const host = hostOf(uri, description)
  if (externalProcessesAreDisabled(context.runtime.env)) {
    throw new AckError(
      'ProfileNotSupported',
      `${description} gets its credentials from a URI, which ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS forbids`,
      'unset that variable, or choose other credentials',
    )
  }
  return askedSource(
    {
      ...origin,
      description: `the credentials URI at ${host}, ${description}`,
      identity: [...origin.identity, ['uriSha256', sha256Hex(uri)]],
      ifExpired: 'correct what serves the URI: it has to give credentials that are valid',
    },
    async (signal) => {
      const {readCredentialsUri} = await import('./read-credentials-uri.ts')
      return readCredentialsUri({uri, host}, context, signal)
    },
  )
}

const hostOf = (uri: string, description: string): string => {
  const url = URL.canParse(uri) ? new URL(uri) : undefined
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return url.host
  const complaint = url ? 'a credentials URI that is neither https nor http' : 'an invalid credentials URI'
  throw new AckError('ProfileInvalid', `${description} has ${complaint}`, 'correct the URI')
}
