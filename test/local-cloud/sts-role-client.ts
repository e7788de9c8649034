import {createHash} from 'node:crypto'

import {signAcs3, signRpc, toTimestamp, type SigningKey} from './signing.ts'
import type {LocalSts} from './sts.ts'
import {getRpc, NOW, postRpc, rpcRequest, readReply, type Reply} from './sts-client.ts'

type Texts = Readonly<Record<string, string>>

/** Every way to send the parameters of a signed action. */
export const WAYS = ['RPC GET', 'RPC query', 'RPC form', 'ACS3 query', 'ACS3 form', 'ACS3 both'] as const

export type Way = (typeof WAYS)[number]

/** A role's session, as an answer of STS spells it. */
export type SessionReply = {
  readonly status: number
  readonly body: {
    readonly Code?: string
    readonly AssumedRoleUser: Texts
    readonly Credentials: Readonly<Record<'AccessKeyId' | 'AccessKeySecret' | 'SecurityToken' | 'Expiration', string>>
  }
}

/** Signs and sends AssumeRole at NOW. */
export const assumeRole = async (
  sts: LocalSts,
  parameters: Texts,
  key: SigningKey,
  way: Way = 'ACS3 form',
): Promise<SessionReply> => {
  const reply = way.startsWith('RPC') ? sendRpc(sts, parameters, key, way) : sendAcs3(sts, parameters, key, way)
  return (await reply) as unknown as SessionReply
}

/** Sends AssumeRoleWithOIDC at NOW, unsigned. */
export const assumeRoleWithOidc = async (sts: LocalSts, query: Texts, form: Texts): Promise<SessionReply> => {
  const common = {
    Action: 'AssumeRoleWithOIDC',
    Format: 'JSON',
    Version: '2015-04-01',
    Timestamp: toTimestamp(NOW),
    SignatureNonce: '0f',
  }
  return (await postRpc(sts, {...common, ...query}, form)) as unknown as SessionReply
}

/** The session's access key, to sign with. */
export const keyOf = ({body: {Credentials}}: SessionReply): SigningKey & {readonly securityToken: string} => ({
  accessKeyId: Credentials.AccessKeyId,
  accessKeySecret: Credentials.AccessKeySecret,
  securityToken: Credentials.SecurityToken,
})

const sendRpc = (sts: LocalSts, parameters: Texts, key: SigningKey, way: Way): Promise<Reply> => {
  const {accessKeyId, accessKeySecret, securityToken} = key
  const common = rpcRequest({accessKeyId, ...(securityToken !== undefined && {securityToken})})
  const method = way === 'RPC GET' ? 'GET' : 'POST'
  const signed = signRpc(method, {...common, Action: 'AssumeRole', ...parameters}, accessKeySecret)
  if (method === 'GET') return getRpc(sts, signed)
  return way === 'RPC query' ? postRpc(sts, signed, {}) : postRpc(sts, {}, signed)
}

const sendAcs3 = (sts: LocalSts, parameters: Texts, key: SigningKey, way: Way): Promise<Reply> => {
  const {RoleArn = '', ...rest} = parameters
  const [query, form] = {
    'ACS3 query': [parameters, {}],
    'ACS3 both': [{RoleArn}, rest],
    'ACS3 form': [{}, parameters],
  }[way as 'ACS3 form'] as [Texts, Texts]
  const body = new URLSearchParams(form).toString()
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'x-acs-action': 'AssumeRole',
    'x-acs-content-sha256': createHash('sha256').update(body).digest('hex'),
    'x-acs-date': toTimestamp(NOW),
    'x-acs-signature-nonce': '0f',
    'x-acs-version': '2015-04-01',
    ...(key.securityToken && {'x-acs-security-token': key.securityToken}),
  }
  const authorization = signAcs3({method: 'POST', path: '/', query, headers, body}, key)
  const url = `${sts.endpoint}/?${new URLSearchParams(query).toString()}`
  return readReply(fetch(url, {method: 'POST', headers: {...headers, authorization}, body}))
}
