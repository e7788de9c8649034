import {setTimeout as sleep} from 'node:timers/promises'

import {AckError} from '../base/errors.ts'
import type {Log} from '../base/log/log.ts'
import type {Runtime} from '../base/runtime.ts'
import {trustedCertificates} from './certificates.ts'
import {startDeadline} from '../base/deadline.ts'
import {isOwnLink} from './hosts.ts'
import type {HttpCall, HttpReply, Transport} from './http.ts'
import {networkError} from './network-error.ts'
import {proxyFor, type Proxy} from './proxy.ts'
import {retriesLeft, transientReason} from './retry.ts'
import {sendOnce, type SendOptions} from './send.ts'
import {prepareTunnel, type Tunnel} from './tunnel.ts'
import {monotonicMs} from '../base/monotonic-ms.ts'

const ATTEMPTS = 3
const TIMEOUT_MS = 10_000
const CONNECT_TIMEOUT_MS = 5000
const SILENCE_MS = 5000
const FIRST_BACKOFF_MS = 200

interface TransportContext {
  readonly runtime: Pick<Runtime, 'env'>
  readonly log: Log
  /** Waits between attempts, in milliseconds; replaced in tests. */
  readonly pause?: (milliseconds: number, signal: AbortSignal) => Promise<unknown>
  /** How long a connection may be idle while attempts are left, in milliseconds. */
  readonly silenceMs?: number
}

/**
 * The only way in which this program calls a service: by HTTPS, or by plain http to local services; through the proxy
 * and with the CA certificates that the environment names; within the deadline; with retries and exponential backoff
 * where another attempt may help.
 */
export const createTransport = ({runtime, log, pause = defaultPause, silenceMs}: TransportContext): Transport => {
  let reading: Promise<readonly string[] | undefined> | undefined
  return async (call, ofRun) => {
    const url = checkedUrl(call)
    const proxy = call.proxy === 'never' ? undefined : proxyFor(url, runtime.env)
    if (url.protocol === 'https:') reading ??= trustedCertificates(runtime.env, log)
    // A run's deadline is what the user has asked for: no call of it ends earlier, but those that ask to.
    const deadline = startDeadline(call.timeoutMs ?? (ofRun ? undefined : TIMEOUT_MS), ofRun)
    const startedAt = monotonicMs()
    try {
      const route = {proxy, ca: await reading, startedAt, signal: deadline.signal, silenceMs: silenceMs ?? SILENCE_MS}
      return await callWithRetries(call, route, {log, pause})
    } finally {
      deadline.release()
    }
  }
}

/** Shared by all attempts of a call. */
interface Route extends Pick<SendOptions, 'ca' | 'signal' | 'silenceMs'> {
  readonly proxy: Proxy | undefined
  readonly startedAt: number
}

/** The result of an attempt. `reason` is set if another one may help. */
type Outcome =
  | {readonly reply: HttpReply; readonly reason?: string}
  | {readonly error: AckError; readonly reason?: string}

const callWithRetries = async (
  call: HttpCall,
  route: Route,
  {log, pause}: Required<Pick<TransportContext, 'log' | 'pause'>>,
): Promise<HttpReply> => {
  const {attempts = ATTEMPTS} = call
  for (let attempt = 1; ; attempt += 1) {
    const left = attempts - attempt
    const current = attempt === 1 ? call : (call.renew?.() ?? call)
    // The last attempt gets all the remaining time: cutting it short would gain nothing.
    const outcome = await attemptCall(current, {...route, silenceMs: left > 0 ? route.silenceMs : undefined})
    if (!('reason' in outcome && retriesLeft(outcome.reason, left, attempt))) return settle(outcome)
    log.debug(
      `${call.action} at ${new URL(call.url).host}: ${outcome.reason}, retrying (attempt ${attempt + 1} of ${attempts})`,
    )
    await pause(backoffMs(attempt), route.signal).catch(() => undefined)
    if (route.signal.aborted) return settle(outcome)
  }
}

const defaultPause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  sleep(milliseconds, undefined, {signal})

const backoffMs = (attempt: number): number => FIRST_BACKOFF_MS * 2 ** (attempt - 1) * (0.5 + Math.random())

const attemptCall = async (call: HttpCall, route: Route): Promise<Outcome> => {
  const {proxy, ca, startedAt, signal} = route
  const ended = new AbortController()
  const connectTimeoutMs = call.connectTimeoutMs ?? CONNECT_TIMEOUT_MS
  let tunnel: Tunnel | undefined
  try {
    if (proxy) tunnel = await prepareTunnel(proxy, {signal: ended.signal, ca, connectTimeoutMs})
    const reply = await sendOnce(call, {...route, agent: tunnel?.agent, connectTimeoutMs})
    const reason = transientReason(reply)
    return {reply, ...(reason ? {reason} : {})}
  } catch (failure) {
    const isAtProxy = tunnel?.isOpen() === false
    const waitedMs = monotonicMs() - startedAt
    const {error, code} = networkError(failure, {call, proxy, isAtProxy, signal, waitedMs})
    return {error, ...(code ? {reason: code} : {})}
  } finally {
    ended.abort()
  }
}

const settle = (outcome: Outcome): HttpReply => {
  if ('error' in outcome) throw outcome.error
  return outcome.reply
}

const checkedUrl = ({action, url: text}: HttpCall): URL => {
  // URL's own error quotes the text.
  if (!URL.canParse(text)) throw new AckError('InvalidOption', `${action} has an invalid URL`, 'correct the URL')
  const url = new URL(text)
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isOwnLink(url.hostname))) return url
  throw new AckError(
    'InvalidOption',
    `refusing to send ${action} to ${url.host} over plain http`,
    'use https; plain http is allowed for this machine and link-local addresses only',
  )
}
