import {withinTimeout} from '../base/deadline.ts'
import type {Credentials, CredentialSource} from './credentials.ts'

/**
 * The credentials of a source, ready to use: those at hand, else loaded within a deadline.
 *
 * @throws AckError what the source's `load` throws
 */
export const credentialsFrom = async (source: CredentialSource, timeoutMs: number): Promise<Credentials> =>
  source.atHand() ?? withinTimeout(timeoutMs, (signal) => source.load(signal))
