import {credentialsOf, type Credentials, type CredentialSource} from '../credentials.ts'
import {cachedLoad, type CacheSettings} from '../../cache/cached-load.ts'
import type {JsonObject} from '../../base/json-object.ts'
import type {EntryFormat} from '../../cache/entry-file.ts'
import {logOnce} from '../../base/log/log-once.ts'

/**
 * The same source, with its credentials kept on disk from one run to the next. Credentials that do not say when they
 * end are not kept.
 *
 * Its `load` throws what the source's throws, unless credentials that have not ended are at hand.
 *
 * @param source - one that is worth it, `isCostly`
 */
export const cachedSource = (source: CredentialSource, settings: CacheSettings): CredentialSource => {
  const quiet = {...settings, log: logOnce(settings.log)}
  const cacheable = {
    description: source.description,
    identity: source.identity,
    format: CREDENTIALS_FORMAT,
    load: (signal: AbortSignal | undefined) => source.load(signal),
  }
  return {
    description: source.description,
    identity: source.identity,
    namesCaller: source.namesCaller,
    isCostly: true,
    load: (signal) => cachedLoad(cacheable, quiet, signal),
  }
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
  decode: (object) => {
    const accessKeyId = text(object, 'accessKeyId')
    const accessKeySecret = text(object, 'accessKeySecret')
    const securityToken = text(object, 'securityToken')
    const expiration = new Date(text(object, 'expiration') ?? '')
    if (accessKeyId === undefined || accessKeySecret === undefined || Number.isNaN(expiration.getTime()))
      return undefined
    if (securityToken === undefined && 'securityToken' in object) return undefined
    return credentialsOf({accessKeyId, accessKeySecret, securityToken, expiration})
  },
}

const text = (object: JsonObject, name: string): string | undefined => {
  const value = object[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}
