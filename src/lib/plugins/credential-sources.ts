import type {Config} from '@oclif/core/interfaces'

import {AckError} from '../base/errors.ts'
import {credentialsOf, type Credentials, type CredentialSource} from '../credentials/credentials.ts'
import {hasControlCharacter} from '../credentials/sources/static-source.ts'
import type {AskPlugins, OtherKind} from '../credentials/source-context.ts'
import {parseTime} from '../credentials/temporary-credentials.ts'
import {isJsonObject, type JsonObject} from '../base/json-object.ts'
import {callPlugin, reportIt} from './call-plugin.ts'
import {CREDENTIAL_SOURCE_HOOK, type CredentialOffer, type CredentialRequest} from './contract.ts'
import {pluginsWithHook, runPluginHook} from './run-hook.ts'

/**
 * The source that a plugin offers.
 *
 * @param timeoutMs - how long a plugin may take to answer, and then to get the credentials, in milliseconds
 * @returns undefined when no plugin knows the kind
 * @throws AckError `PluginFailed`, naming the plugin: it throws, takes too long, or answers with something else than
 *   the contract says; or two plugins answer
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
        `plugins ${first.plugin} and ${second.plugin} both offer credentials of the kind ${JSON.stringify(request.kind)}`,
        `do without one of them: ack-ram-tool plugins uninstall ${second.plugin}`,
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
  const what = 'the credentials of its source'
  return {
    description: `${offer.description ?? `${kind} credentials`} of plugin ${plugin}`,
    identity: [['kind', kind], ['plugin', plugin], ...profileFacts(profile), ...facts],
    // Whatever a plugin says of the caller, a certificate is kept for the session it was got with.
    namesCaller: false,
    isCacheable: true,
    atHand: () => undefined,
    load: async (signal) => {
      const call = {plugin, what, deadline: after(timeoutMs)}
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
  if (!isJsonObject(offer)) throw wrongAnswer(plugin, 'is not an object')
  const {description, identity, load} = offer
  if (description !== undefined && typeof description !== 'string')
    throw wrongAnswer(plugin, 'has a description that is not text')
  if (!isJsonObject(identity) || Object.values(identity).some((value) => typeof value !== 'string'))
    throw wrongAnswer(plugin, 'has no identity of texts')
  if (Object.keys(identity).length === 0) throw wrongAnswer(plugin, 'has an empty identity')
  if (typeof load !== 'function') throw wrongAnswer(plugin, 'has no load function')
  return offer as unknown as CredentialOffer
}

const checkCredentials = (plugin: string, given: unknown): Credentials => {
  if (!isJsonObject(given)) throw wrongAnswer(plugin, 'gives no credentials')
  const [accessKeyId, accessKeySecret] = [text(plugin, given, 'accessKeyId'), text(plugin, given, 'accessKeySecret')]
  if (accessKeyId === undefined || accessKeySecret === undefined) throw wrongAnswer(plugin, 'gives no AccessKey pair')
  const securityToken = text(plugin, given, 'securityToken')
  const expiration = timeOf(given['expiration'])
  if (expiration === null) throw wrongAnswer(plugin, 'gives an expiration that is not a time')
  return credentialsOf({accessKeyId, accessKeySecret, securityToken, expiration})
}

const text = (plugin: string, given: JsonObject, name: string): string | undefined => {
  const value = given[name]
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value !== 'string') throw wrongAnswer(plugin, `gives an ${name} that is not text`)
  if (hasControlCharacter(value)) throw wrongAnswer(plugin, `gives an ${name} with a line break or a control character`)
  return value
}

/** @returns undefined for none, null for something that is no time */
const timeOf = (value: unknown): Date | undefined | null => {
  if (value === undefined || value === null) return undefined
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value
  return parseTime(value) ?? null
}

const wrongAnswer = (plugin: string, complaint: string): AckError =>
  new AckError('PluginFailed', `the answer of plugin ${plugin} ${complaint}`, reportIt(plugin))
