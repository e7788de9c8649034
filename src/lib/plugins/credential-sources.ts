import type {Config} from '@oclif/core/interfaces'

import {AckError} from '../base/errors.ts'
import {credentialsOf, type Credentials, type CredentialSource} from '../credentials/credentials.ts'
import {hasControlCharacter} from '../credentials/sources/static-source.ts'
import type {AskPlugins, OtherKind} from '../credentials/source-context.ts'
import {parseTime} from '../credentials/temporary-credentials.ts'
import {isJsonObject} from '../base/json-object.ts'
import {callPlugin, reportPlugin} from './call-plugin.ts'
import {CREDENTIAL_SOURCE_HOOK, type CredentialOffer, type CredentialRequest} from './contract.ts'
import {pluginsWithHook, runPluginHook} from './hooks.ts'

/**
 * Asks the third-party plugins for a credential source.
 *
 * @param timeoutMs - how long all plugins may take to offer, and then one to get the credentials, in milliseconds
 * @returns a function that gives undefined when no plugin knows the kind, and throws AckError `PluginFailed` when a
 *   plugin throws, times out or breaks the contract, or two plugins make an offer
 */
export const askPlugins =
  (config: Config, timeoutMs: number, personIsThere: () => boolean): AskPlugins =>
  async (request) => {
    const plugins = pluginsWithHook(config, CREDENTIAL_SOURCE_HOOK)
    if (plugins.length === 0) return undefined
    const given = {request: {...request, isInteractive: personIsThere()}}
    const deadline = after(timeoutMs)
    const offers: {plugin: string; offer: CredentialOffer}[] = []
    for (const plugin of plugins) {
      const offer = await runPluginHook(config, plugin, {event: CREDENTIAL_SOURCE_HOOK, given, deadline})
      if (offer !== undefined && offer !== null)
        offers.push({plugin: plugin.name, offer: checkOffer(plugin.name, offer)})
    }
    const [first, second] = offers
    if (first && second) {
      throw new AckError(
        'PluginFailed',
        `plugins ${first.plugin} and ${second.plugin} both offer credentials for ${JSON.stringify(request.kind)}`,
        `uninstall one of them: ack-ram-tool plugins uninstall ${second.plugin}`,
      )
    }
    return first && offeredSource(first.plugin, first.offer, request, timeoutMs)
  }

const after = (ms: number): Date => new Date(Date.now() + ms)

const offeredSource = (
  plugin: string,
  offer: CredentialOffer,
  {kind, profile}: OtherKind,
  timeoutMs: number,
): CredentialSource => {
  const facts = Object.entries(offer.identity)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => [`identity.${name}`, value] as const)
  return {
    description: `${offer.description ?? `${kind} credentials`} (plugin ${plugin})`,
    identity: [['kind', kind], ['plugin', plugin], ...profileFacts(profile), ...facts],
    // A plugin cannot vouch for the caller, so a certificate is cached for one session only.
    namesCaller: false,
    isCacheable: true,
    atHand: () => undefined,
    load: async (signal) => {
      const call = {plugin, where: 'while loading credentials', deadline: after(timeoutMs)}
      const given = await callPlugin(call, async (limits) => offer.load(limits), signal)
      return checkCredentials(plugin, given)
    },
  }
}

const profileFacts = (profile: CredentialRequest['profile']): (readonly [string, string])[] =>
  profile
    ? [
        ['file', profile.file],
        ['profile', profile.name],
      ]
    : []

const checkOffer = (plugin: string, offer: unknown): CredentialOffer => {
  const refuse = (why: string): never => {
    throw brokenContract(plugin, 'made an invalid credential offer', why)
  }
  if (!isJsonObject(offer)) return refuse('it is not an object')
  const {description, identity, load} = offer
  if (description !== undefined && typeof description !== 'string') return refuse('its description is not a string')
  if (!isJsonObject(identity) || Object.values(identity).some((value) => typeof value !== 'string'))
    return refuse('its identity is not an object of strings')
  if (Object.keys(identity).length === 0) return refuse('its identity is empty')
  if (typeof load !== 'function') return refuse('it has no load function')
  return offer as unknown as CredentialOffer
}

const checkCredentials = (plugin: string, given: unknown): Credentials => {
  const refuse = (why: string): never => {
    throw brokenContract(plugin, 'returned invalid credentials', why)
  }
  if (!isJsonObject(given)) return refuse('not an object')
  const text = (name: string): string | undefined => {
    const value = given[name]
    if (value === undefined || value === null || value === '') return undefined
    if (typeof value !== 'string') return refuse(`${name} is not a string`)
    return hasControlCharacter(value) ? refuse(`${name} contains a line break or control character`) : value
  }
  const [accessKeyId, accessKeySecret, securityToken] = [
    text('accessKeyId'),
    text('accessKeySecret'),
    text('securityToken'),
  ]
  if (accessKeyId === undefined || accessKeySecret === undefined)
    return refuse('accessKeyId or accessKeySecret is missing')
  const expiration = timeOf(given['expiration'])
  if (expiration === null) return refuse('expiration is not a valid time')
  return credentialsOf({accessKeyId, accessKeySecret, securityToken, expiration})
}

/** @returns undefined for none, null for a value that is not a time */
const timeOf = (value: unknown): Date | undefined | null => {
  if (value === undefined || value === null) return undefined
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value
  return parseTime(value) ?? null
}

const brokenContract = (plugin: string, what: string, why: string): AckError =>
  new AckError('PluginFailed', `plugin ${plugin} ${what}: ${why}`, reportPlugin(plugin))
