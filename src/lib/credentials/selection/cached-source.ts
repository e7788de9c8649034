import {credentialsOf, isAbsent, isFault, type Credentials, type CredentialSource} from '../credentials.ts'
import {cached} from '../../cache/cached.ts'
import type {CacheSettings} from '../../cache/slot.ts'
import {dateOf} from '../../base/json-object.ts'
import type {EntryFormat} from '../../cache/entry-file.ts'

/**
 * Adds the cache to a source. Credentials without an expiration are not cached.
 *
 * Its `load` throws what the source's throws, unless credentials that have not expired are cached.
 *
 * @param source - one that `isCacheable`
 */
export const cachedSource = (source: CredentialSource, settings: CacheSettings): CredentialSource => {
  const {askCaller, ...rest} = source
  // The cache keeps only what its key settles: whoever is asked for the caller is asked every time.
  if (askCaller) {
    const ask = async (signal?: AbortSignal): Promise<CredentialSource> =>
      cachedSource(await askCaller(signal), settings)
    return {...source, askCaller: ask, load: async (signal) => (await ask(signal)).load(signal)}
  }
  const load = (signal: AbortSignal | undefined): Promise<Credentials> => source.load(signal)
  const {description, identity} = source
  const credentials = cached({description, identity, format: CREDENTIALS_FORMAT, load}, settings)
  return {...rest, atHand: () => credentials.atHand(), load: (signal) => credentials.load(signal)}
}

const CREDENTIALS_FORMAT: EntryFormat<Credentials> = {
  kind: 'credentials',
  expiration: ({expiration}) => expiration,
  encode: ({accessKeyId, accessKeySecret, securityToken, expiration}) => ({
    accessKeyId,
    accessKeySecret: accessKeySecret.reveal(),
    securityToken: securityToken?.reveal(),
    expiration: expiration?.toISOString(),
  }),
  decode: ({expiration: written, ...fields}) => {
    const expiration = dateOf(written)
    // Without its token, the pair alone would be somebody else.
    if (!expiration || ('securityToken' in fields && isAbsent(fields['securityToken']))) return undefined
    const credentials = credentialsOf({...fields, expiration})
    return isFault(credentials) ? undefined : credentials
  },
}
