import {randomUUID} from 'node:crypto'
import {createServer, type ServerResponse} from 'node:http'

import {answering, listenOnLoopback} from './loopback-server.ts'
import {receiveRequest, valuesOf, type ReceivedRequest} from './received-request.ts'
import {rpcParameters} from './rpc-signature.ts'
import {authenticateCaller, commonParameter, signatureStyle, type StsCall, type StsIdentity} from './sts-caller.ts'
import {missingParameter, StsError} from './sts-error.ts'

/** What the local STS remembers of a request; nothing in it is secret. */
export type StsRequestRecord = {
  readonly method: string
  readonly style: 'ACS3' | 'RPC'
  readonly action: string | undefined
  readonly status: number
  /** The error code, if it was refused. */
  readonly code?: string
}

export type LocalSts = {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string
  /** In the order in which they were answered. */
  readonly requests: readonly StsRequestRecord[]
  readonly close: () => Promise<void>
}

type Answer = Readonly<Record<string, string>>

const VERSION = '2015-04-01'

// One row per action; a row decides itself how its caller proves who it is.
const ACTIONS: ReadonlyMap<string, (call: StsCall) => Answer> = new Map([
  ['GetCallerIdentity', (call: StsCall) => callerIdentity(authenticateCaller(call))],
])

/**
 * Starts a Security Token Service (API version 2015-04-01) on 127.0.0.1.
 *
 * It takes V3 (ACS3-HMAC-SHA256) and RPC (HMAC-SHA1) signatures, by GET or POST, and answers as the real one: JSON, but
 * XML to an RPC request without `Format=JSON`. Errors are `{Code, Message, RequestId, HostId, Recommend}`.
 *
 * @param identities - the access keys it knows, read anew for each request
 * @param now - its clock
 */
export const startLocalSts = async ({identities, now = () => new Date()}: LocalStsOptions): Promise<LocalSts> => {
  const requests: StsRequestRecord[] = []
  const listener = answering(async (message, response) => {
    const request = await receiveRequest(message)
    requests.push(answer({request, identities, now: now()}, response))
  })
  const {port, close} = await listenOnLoopback(createServer(listener))
  return {endpoint: `http://127.0.0.1:${port}`, requests, close}
}

export type LocalStsOptions = {readonly identities: readonly StsIdentity[]; readonly now?: () => Date}

const answer = (call: StsCall, response: ServerResponse): StsRequestRecord => {
  const {request} = call
  const requestId = randomUUID().toUpperCase()
  const record = {method: request.method, style: signatureStyle(request), action: actionOf(request)}
  try {
    write(response, request, {
      status: 200,
      root: `${record.action}Response`,
      body: {...perform(call), RequestId: requestId},
    })
    return {...record, status: 200}
  } catch (error) {
    if (!(error instanceof StsError)) throw error
    write(response, request, {status: error.status, root: 'Error', body: errorBody(error, requestId)})
    return {...record, status: error.status, code: error.code}
  }
}

const perform = (call: StsCall): Answer => {
  const {request} = call
  const action = actionOf(request)
  if (!action) throw missingParameter('Action')
  const version = commonParameter(request, {ACS3: 'x-acs-version', RPC: 'Version'})
  if (!version) throw missingParameter('Version')
  const row = ACTIONS.get(action)
  const isServed = request.path === '/' && ['GET', 'POST'].includes(request.method) && version === VERSION
  if (!row || !isServed) throw new StsError('InvalidAction.NotFound')
  return row(call)
}

const actionOf = (request: ReceivedRequest): string | undefined =>
  commonParameter(request, {ACS3: 'x-acs-action', RPC: 'Action'})

const callerIdentity = ({arn, accountId, userId = accountId}: StsIdentity): Answer => {
  const [kind, , sessionName = ''] = (arn.split(':')[4] ?? '').split('/')
  const common = {AccountId: accountId, Arn: arn}
  if (kind === 'assumed-role') {
    return {IdentityType: 'AssumedRoleUser', ...common, PrincipalId: `${userId}:${sessionName}`, RoleId: userId}
  }
  return {IdentityType: kind === 'user' ? 'RAMUser' : 'Account', ...common, PrincipalId: userId, UserId: userId}
}

const errorBody = ({code, message}: StsError, requestId: string): Answer => ({
  RequestId: requestId,
  HostId: 'sts.aliyuncs.com',
  Code: code,
  Message: message,
  Recommend: `https://api.aliyun.com/troubleshoot?q=${code}&product=Sts&requestId=${requestId}`,
})

type Reply = {status: number; root: string; body: Answer}

const write = (response: ServerResponse, request: ReceivedRequest, {status, root, body}: Reply): void => {
  const format = valuesOf(rpcParameters(request), 'Format')[0] ?? ''
  const isXml = signatureStyle(request) === 'RPC' && format.toLowerCase() !== 'json'
  response.writeHead(status, {'content-type': `${isXml ? 'text/xml' : 'application/json'};charset=utf-8`})
  response.end(isXml ? xml(root, body) : JSON.stringify(body))
}

const xml = (root: string, body: Answer): string => {
  const elements = Object.entries(body).map(([name, value]) => `<${name}>${escapeXml(value)}</${name}>`)
  return `<?xml version='1.0' encoding='UTF-8'?><${root}>${elements.join('')}</${root}>`
}

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
