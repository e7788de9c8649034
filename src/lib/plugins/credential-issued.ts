import type {Config} from '@oclif/core/interfaces'

import type {Log} from '../base/log/log.ts'
import {CREDENTIAL_ISSUED_HOOK, type IssuedCredential} from './contract.ts'
import {pluginsWithHook, runPluginHook} from './run-hook.ts'

/** kubectl has its answer, and waits only for the process to end: so an audit must not take long. In milliseconds. */
const LONGEST_MS = 5000

/** Tells plugins of a credential that was issued. What goes wrong there is a warning: the credential is out. */
export const tellIssued = async (config: Config, credential: IssuedCredential, log: Log): Promise<void> => {
  const deadline = new Date(Date.now() + LONGEST_MS)
  for (const plugin of pluginsWithHook(config, CREDENTIAL_ISSUED_HOOK)) {
    const given = {credential: Object.freeze({...credential})}
    try {
      await runPluginHook(config, plugin, {event: CREDENTIAL_ISSUED_HOOK, given, deadline})
    } catch (error) {
      log.warn(error instanceof Error ? error.message : String(error))
    }
  }
}
