import type {AckError} from '../base/errors.ts'
import {foreignLine} from '../base/foreign-line.ts'
import {parseReplyObject, type HttpCall, type HttpReply} from './http.ts'
import type {Proxy} from './proxy.ts'
import type {Retriable} from './retry.ts'
import {parseRpcError} from './service-error.ts'

/** One attempt of a call, and what came of it. */
interface Attempt {
  readonly call: HttpCall
  readonly proxy: Proxy | undefined
  readonly outcome: {readonly reply: HttpReply} | {readonly error: AckError; readonly retriable?: Retriable}
  readonly tookMs: number
  readonly attempt: number
}

/** A line of the log for an attempt: where to, what came back, how long it took. No query, no header, no body. */
export const describeAttempt = ({call, proxy, outcome, tookMs, attempt}: Attempt): string => {
  const {host} = new URL(call.url)
  const region = regionOf(host)
  const where = [
    `${call.action} at ${host}`,
    ...(region === undefined ? [] : [`region ${region}`]),
    proxy ? `proxy ${proxy.host}` : 'no proxy',
  ]
  const came = [...resultOf(outcome), `${Math.round(tookMs)} ms`, `attempt ${attempt}`]
  return `call: ${where.join(', ')}: ${came.join(', ')}`
}

const resultOf = (outcome: Attempt['outcome']): readonly string[] => {
  if ('error' in outcome) return [outcome.retriable?.reason ?? outcome.error.code]
  const {status, requestId} = outcome.reply
  const {code, requestId: inBody} = parseRpcError(parseReplyObject(outcome.reply) ?? {})
  const id = inBody ?? requestId
  return [
    `HTTP ${status}`,
    ...(status >= 400 && code ? [foreignLine(code, 100)] : []),
    ...(id ? [`RequestId ${foreignLine(id, 64)}`] : []),
  ]
}

/** The region in the name of a host of Alibaba Cloud; undefined for a global one. */
const regionOf = (host: string): string | undefined => /^[a-z-]+\.([a-z0-9-]+)\.aliyuncs\.com(?::\d+)?$/.exec(host)?.[1]
