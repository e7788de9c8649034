import {startLocalSts, type LocalSts, type LocalStsOptions} from './sts.ts'
import {callerIdentityHeaders, signAcs3, toTimestamp, type Acs3Request} from './signing.ts'

/** The time at which the local STS is asked. */
export const NOW = new Date('2026-11-24T10:00:00Z')
/** A user's access key. */
export const USER = {
  accessKeyId: 'LTAIuser',
  accessKeySecret: 'SECRET-of-user',
  arn: 'acs:ram::1:user/bob',
  accountId: '1',
  userId: '2',
}
/** The temporary access key of a role's session. */
export const SESSION = {
  accessKeyId: 'STS.session',
  accessKeySecret: 'SECRET-of-session',
  securityToken: 'SECRET+token/of==session',
  arn: 'acs:ram::1:assumed-role/dev/laptop',
  accountId: '1',
  userId: '3',
}

/** An answer of STS that is JSON. */
export type Reply = {readonly status: number; readonly body: Readonly<Record<string, string>>}

type Texts = Readonly<Record<string, string>>

/** Starts a local STS that knows USER and SESSION, its clock at NOW. */
export const startSts = (options: Partial<LocalStsOptions> = {}): Promise<LocalSts> =>
  startLocalSts({identities: [USER, SESSION], now: () => NOW, ...options})

/** Sends a V3 request as it is, with an Authorization and other headers that may not fit it. */
export const sendAcs3 = (sts: LocalSts, request: Acs3Request, more: Texts): Promise<Reply> => {
  const {method, path, query, headers, body} = request
  const url = `${sts.endpoint}${path}?${new URLSearchParams(query).toString()}`
  return readReply(fetch(url, {method, headers: {...headers, ...more}, ...(body !== undefined && {body})}))
}

/** A GetCallerIdentity request at NOW, but for the changes. */
export const acs3Request = (changes: Partial<Acs3Request> = {}, key = USER): Acs3Request => ({
  method: 'POST',
  path: '/',
  query: {},
  headers: callerIdentityHeaders(NOW, key),
  ...changes,
})

/** Signs a GetCallerIdentity request after the changes, and sends it. */
export const callAcs3 = (sts: LocalSts, changes: Partial<Acs3Request> = {}, key = USER): Promise<Reply> => {
  const request = acs3Request(changes, key)
  return sendAcs3(sts, request, {authorization: signAcs3(request, key)})
}

/** The parameters of an RPC GetCallerIdentity request at NOW, unsigned. */
export const rpcRequest = (key: {accessKeyId: string; securityToken?: string}): Texts => ({
  AccessKeyId: key.accessKeyId,
  Action: 'GetCallerIdentity',
  Format: 'JSON',
  SignatureMethod: 'HMAC-SHA1',
  SignatureNonce: '0f',
  SignatureVersion: '1.0',
  Timestamp: toTimestamp(NOW),
  Version: '2015-04-01',
  ...(key.securityToken && {SecurityToken: key.securityToken}),
})

/** Sends an RPC request by GET. */
export const getRpc = (sts: LocalSts, query: Texts): Promise<Reply> =>
  readReply(fetch(`${sts.endpoint}/?${new URLSearchParams(query).toString()}`))

/** Sends an RPC request by POST, its parameters in both places. */
export const postRpc = (sts: LocalSts, query: Texts, form: Texts): Promise<Reply> => {
  const url = `${sts.endpoint}/?${new URLSearchParams(query).toString()}`
  return readReply(fetch(url, {method: 'POST', body: new URLSearchParams(form)}))
}

/** Waits for an answer and parses it. */
export const readReply = async (answer: Promise<Response>): Promise<Reply> => {
  const response = await answer
  return {status: response.status, body: (await response.json()) as Reply['body']}
}
