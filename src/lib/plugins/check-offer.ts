import {AckError} from '../base/errors.ts'
import {isJsonObject} from '../base/json-object.ts'
import {credentialsOf, isFault, type Credentials} from '../credentials/credentials.ts'
import {parseTime} from '../credentials/temporary-credentials.ts'
import {reportPlugin} from './call-plugin.ts'
import type {CredentialOffer} from './contract.ts'

/**
 * The offer of a plugin, checked against the contract.
 *
 * @throws AckError `PluginFailed`
 */
export const checkOffer = (plugin: string, offer: unknown): CredentialOffer => {
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

/**
 * The credentials that a plugin gives, checked against the contract. The message says what is wrong, and quotes nothing.
 *
 * @throws AckError `PluginFailed`
 */
export const readOfferedCredentials = (plugin: string, given: unknown): Credentials => {
  const refuse = (why: string): never => {
    throw brokenContract(plugin, 'returned invalid credentials', why)
  }
  if (!isJsonObject(given)) return refuse('not an object')
  const {accessKeyId, accessKeySecret, securityToken} = given
  const expiration = timeOf(given['expiration'])
  if (expiration === null) return refuse('expiration is not a valid time')
  const credentials = credentialsOf({accessKeyId, accessKeySecret, securityToken, expiration})
  return isFault(credentials) ? refuse(`the ${credentials.field} ${credentials.complaint}`) : credentials
}

/** @returns undefined for none, null for a value that is not a time */
const timeOf = (value: unknown): Date | undefined | null => {
  if (value === undefined || value === null) return undefined
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value
  return parseTime(value) ?? null
}

const brokenContract = (plugin: string, what: string, why: string): AckError =>
  new AckError('PluginFailed', `plugin ${plugin} ${what}: ${why}`, reportPlugin(plugin))
