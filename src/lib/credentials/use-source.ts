import {withinTimeout} from '../base/deadline.ts'
import type {Credentials, CredentialSource} from './credentials.ts'

/**
 * Gets the credentials of a source: those at hand, or else loads them within a deadline.
 *
 * @throws AckError what the source's `load` throws
 */
export const credentialsFrom = async (source: CredentialSource, timeoutMs: number): Promise<Credentials> =>
  source.atHand() ?? withinTimeout(timeoutMs, (signal) => source.load(signal))
