import {isJsonObject, parseJsonObject, textIn, type JsonObject} from '../../../base/json-object.ts'
import {within, type Calling} from '../../../ram/call-ram.ts'
import {fail, pass, switchAnew, type CheckResult} from './check.ts'

/** What the documents of an issuer say. */
export interface IssuerFindings {
  readonly result: CheckResult
  /** The IDs of its keys; undefined if they could not be read. */
  readonly keyIds: readonly string[] | undefined
}

const NAME = 'issuer'

/**
 * Reads the discovery document and the keys of an issuer, as STS does when it is shown a token.
 *
 * @throws AckError what the transport throws
 * @see https://openid.net/specs/openid-connect-discovery-1_0.html
 */
export const checkIssuer = async (issuer: string, clusterId: string, calling: Calling): Promise<IssuerFindings> => {
  const mend = `the documents are hosted by ACK: if it persists, ${switchAnew(clusterId, calling.context)}, or ask support`
  const wrong = (why: string): IssuerFindings => ({result: fail(NAME, why, mend), keyIds: undefined})
  const url = `${issuer.replace(/\/+$/, '')}/.well-known/openid-configuration`
  const document = await getDocument(url, calling)
  if (!document) return wrong(`${url} is no discovery document`)
  if (document['issuer'] !== issuer) return wrong(`its discovery document is that of ${String(document['issuer'])}`)
  const keysUrl = document['jwks_uri']
  if (typeof keysUrl !== 'string') return wrong('its discovery document names no keys')
  const keys = (await getDocument(keysUrl, calling))?.['keys']
  const list = Array.isArray(keys) ? (keys as readonly unknown[]).filter(isJsonObject) : []
  if (list.length === 0) return wrong(`${keysUrl} has no keys`)
  const keyIds = list.map((key) => textIn(key, 'kid'))
  return {
    result: pass(NAME, `its discovery document and ${list.length} key${list.length > 1 ? 's' : ''} can be read`),
    keyIds,
  }
}

const getDocument = async (url: string, calling: Calling): Promise<JsonObject | undefined> => {
  const {context} = calling
  const headers = {accept: 'application/json'}
  const call = {action: 'OIDC discovery', service: 'OIDC issuer', method: 'GET', url, headers} as const
  const {status, body} = await within(calling, ({signal}) => context.transport(call, signal))
  return status === 200 ? parseJsonObject(body) : undefined
}
