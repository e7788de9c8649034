import {withinTimeout, type TimeLimit} from '../base/deadline.ts'
import type {Credentials, CredentialSource} from './credentials.ts'

/**
 * The source of the caller as it is now: where a program or a file decides who calls, that is asked within a deadline.
 *
 * @throws AckError as the source's `load` does
 */
export const withCaller = async (source: CredentialSource, limit: TimeLimit): Promise<CredentialSource> => {
  const {askCaller} = source
  return askCaller ? withinTimeout(limit, askCaller) : source
}

/**
 * Gets the credentials of a source: those at hand, or else loads them within a deadline.
 *
 * @param ofRun - aborted at the run's limit
 * @throws AckError what the source's `load` throws
 */
export const credentialsFrom = async (
  source: CredentialSource,
  limit: TimeLimit,
  ofRun?: AbortSignal,
): Promise<Credentials> => source.atHand() ?? withinTimeout(limit, (signal) => source.load(signal), ofRun)
