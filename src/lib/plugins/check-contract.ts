import type {Plugin} from '@oclif/core'

import {AckError} from '../base/errors.ts'
import {isJsonObject} from '../base/json-object.ts'
import {CONTRACT_VERSION, CREDENTIAL_ISSUED_HOOK, CREDENTIAL_SOURCE_HOOK} from './contract.ts'
import {isOfOthers} from './run-hook.ts'

/** Where a plugin's package.json says which version of the contract it is made for. */
const DECLARED_IN = 'ack-ram-tool'

/**
 * Why a plugin's hooks and commands are not run: it is made for another version of the contract, or uses it and does
 * not say which.
 *
 * @returns undefined for one that may run
 */
export const refusalOf = (plugin: Plugin): AckError | undefined => {
  if (!isOfOthers(plugin)) return undefined
  const declaration: unknown = (plugin.pjson as unknown as Record<string, unknown>)[DECLARED_IN]
  const version = isJsonObject(declaration) ? declaration['contract'] : undefined
  if (version === CONTRACT_VERSION) return undefined
  const usesIt = [CREDENTIAL_SOURCE_HOOK, CREDENTIAL_ISSUED_HOOK].some((event) => event in plugin.hooks)
  if (version === undefined && !usesIt) return undefined
  return otherContract(plugin.name, version)
}

/**
 * Refuses what is made for another version of the contract.
 *
 * @param version - what the plugin says, if it says anything
 */
export const otherContract = (plugin: string, version: unknown): AckError =>
  new AckError(
    'PluginRefused',
    `plugin ${plugin} is left out: it ${
      version === undefined
        ? 'does not say for which version of the plugin contract it is made'
        : `is made for version ${JSON.stringify(version)} of the plugin contract`
    }, and this program has version ${CONTRACT_VERSION}`,
    `look for another version of it: ack-ram-tool plugins update; or do without: ack-ram-tool plugins uninstall ${plugin}`,
  )

/** From now on the plugin's hooks are not run, and its commands end in the refusal. */
export const refuse = (plugin: Plugin, refusal: AckError): void => {
  plugin.hooks = {}
  plugin.findCommand = (): Promise<never> => Promise.reject(refusal)
}
