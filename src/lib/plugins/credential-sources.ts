import type {Config} from '@oclif/core/interfaces'

import {AckError} from '../base/errors.ts'
import type {CredentialSource} from '../credentials/credentials.ts'
import type {AskPlugins, OtherKind} from '../credentials/source-context.ts'
import {callPlugin, reportPlugin, uninstallCommand} from './call-plugin.ts'
import {readOfferedCredentials, checkOffer} from './check-offer.ts'
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
        `uninstall one of them: ${uninstallCommand(second.plugin)}`,
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
    ifExpired: reportPlugin(plugin),
    atHand: () => undefined,
    load: async (signal) => {
      const call = {plugin, where: 'while loading credentials', deadline: after(timeoutMs)}
      const given = await callPlugin(call, async (limits) => offer.load(limits), signal)
      return readOfferedCredentials(plugin, given)
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
