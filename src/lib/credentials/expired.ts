import {AckError} from '../base/errors.ts'
import type {Credentials, CredentialSource} from './credentials.ts'
import type {SourceContext} from './source-context.ts'

/** What to do about a session that has expired when it is opened. */
export const CHECK_CLOCK = "check this machine's clock: they have just been issued"

/** The error for credentials that have expired. */
export const expiredCredentials = (
  {
    description,
    ifExpired = "get new ones and store them in the same place; if they are new, check this machine's clock",
  }: Pick<CredentialSource, 'description' | 'ifExpired'>,
  end: Date,
): AckError =>
  new AckError('CredentialsExpired', `the credentials of ${description} expired at ${end.toISOString()}`, ifExpired)

/**
 * A source whose `atHand`, `load` and `askCaller` also throw `CredentialsExpired`, by the services' clock, for credentials
 * that say themselves that they have: no service has to be asked for that.
 */
export const refusingExpired = (source: CredentialSource, {clock}: Pick<SourceContext, 'clock'>): CredentialSource => {
  const {askCaller} = source
  const check = <T extends Credentials | undefined>(credentials: T): T => {
    const end = credentials?.expiration
    if (end && end <= clock.now()) throw expiredCredentials(source, end)
    return credentials
  }
  return {
    ...source,
    atHand: () => check(source.atHand()),
    load: async (signal) => check(await source.load(signal)),
    ...(askCaller ? {askCaller: async (signal) => refusingExpired(await askCaller(signal), {clock})} : {}),
  }
}
