import {randomUUID} from 'node:crypto'

import type {Reply} from './local-service.ts'
import {valuesOf, type ReceivedRequest} from './received-request.ts'
import {rpcParameters} from './rpc-signature.ts'
import {signatureStyle} from './sts-caller.ts'
import {actionOf, type StsRequest} from './sts-request.ts'

/** The body of an answer, before it is JSON or XML. */
export type StsAnswer = {readonly [name: string]: string | StsAnswer}

/** A successful reply, in the format that the request asks for: JSON, but XML to RPC without `Format=JSON`. */
export const answerReply = (request: ReceivedRequest, answer: StsAnswer): Reply<StsRequest> => ({
  status: 200,
  ...format(request, `${actionOf(request)}Response`, {...answer, RequestId: createRequestId()}),
})

/** An error as STS writes it: `{Code, Message, RequestId, HostId, Recommend}`. */
export const errorReply = (
  request: ReceivedRequest,
  {status, code, message}: {status: number; code: string; message: string},
): Reply<StsRequest> => {
  const requestId = createRequestId()
  const body = {
    RequestId: requestId,
    HostId: 'sts.aliyuncs.com',
    Code: code,
    Message: message,
    Recommend: `https://api.aliyun.com/troubleshoot?q=${code}&product=Sts&requestId=${requestId}`,
  }
  return {status, ...format(request, 'Error', body), seen: {code}}
}

const createRequestId = (): string => randomUUID().toUpperCase()

const format = (request: ReceivedRequest, root: string, body: StsAnswer): {contentType: string; body: string} => {
  const asked = valuesOf(rpcParameters(request), 'Format')[0] ?? ''
  const isXml = signatureStyle(request) === 'RPC' && asked.toLowerCase() !== 'json'
  return isXml
    ? {contentType: 'text/xml;charset=utf-8', body: `<?xml version='1.0' encoding='UTF-8'?>${element(root, body)}`}
    : {contentType: 'application/json;charset=utf-8', body: JSON.stringify(body)}
}

const element = (name: string, content: string | StsAnswer): string => {
  const inner =
    typeof content === 'string'
      ? escapeXml(content)
      : Object.entries(content)
          .map(([child, value]) => element(child, value))
          .join('')
  return `<${name}>${inner}</${name}>`
}

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
