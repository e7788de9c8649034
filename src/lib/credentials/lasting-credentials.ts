import type {Credentials, CredentialSource} from './credentials.ts'
import type {SourceContext} from './source-context.ts'
import {credentialsFrom} from './use-source.ts'

/** Credentials are asked for anew when they have this left, in milliseconds: enough for the calls of one look. */
const NEEDED_MS = 5 * 60_000

/**
 * Gives the credentials of a source again and again during a run that may outlast a session: those of before, or new ones
 * once they are about to expire.
 *
 * @returns a function that takes what ends the wait; it throws what the source's `load` throws
 */
export const lastingCredentials = (
  source: CredentialSource,
  {options, clock}: Pick<SourceContext, 'options' | 'clock'>,
): ((ofRun?: AbortSignal) => Promise<Credentials>) => {
  let held: Credentials | undefined
  let asked: Promise<Credentials> | undefined
  const ask = async (ofRun: AbortSignal | undefined): Promise<Credentials> => {
    try {
      held = await credentialsFrom(source, options.timeoutMs, ofRun)
      return held
    } finally {
      asked = undefined
    }
  }
  return async (ofRun) => {
    const {expiration} = held ?? {}
    const isLasting = !expiration || expiration.getTime() - clock.now().getTime() >= NEEDED_MS
    return held && isLasting ? held : (asked ??= ask(ofRun))
  }
}
