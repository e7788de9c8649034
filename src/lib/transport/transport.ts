import {setTimeout as sleep} from 'node:timers/promises'

import {AckError} from '../base/errors.ts'
import type {Log} from '../base/log/log.ts'
import type {Runtime} from '../base/runtime.ts'
import {startDeadline, timeLeftMs} from '../base/deadline.ts'
import {monotonicMs} from '../base/monotonic-ms.ts'
import {attemptLimits} from './attempt-limits.ts'
import {refuseUnverified, trustOf, type Trust} from './certificates.ts'
import {isOwnLink} from './hosts.ts'
import type {HttpCall, HttpReply, Transport} from './http.ts'
import {networkError, outOfTimeError} from './network-error.ts'
import {proxyFor, type Proxy} from './proxy.ts'
import {describeAttempt} from './describe-attempt.ts'
import {isRedirect, redirected} from './reply-kind.ts'
import {isSafeToRepeat, pauseBefore, retriableReply, type Retriable} from './retry.ts'
import {sendOnce} from './send.ts'
import {isRefusedForDate, learnFrom, UNKNOWN_CLOCKS, type ServiceClocks} from './service-clocks.ts'
import {prepareTunnel, type Tunnel} from './tunnel.ts'

const ATTEMPTS = 3
/** For a call outside of any deadline. */
const TIMEOUT_MS = 10_000

interface TransportContext {
  readonly runtime: Pick<Runtime, 'env' | 'now'>
  readonly log: Log
  /** What is known of the services' clocks. */
  readonly clocks?: ServiceClocks
  /** Waits between attempts, in milliseconds; replaced in tests. */
  readonly pause?: (milliseconds: number, signal: AbortSignal) => Promise<unknown>
  /** How long a connection may be idle while attempts are left, in milliseconds; replaced in tests. */
  readonly silenceMs?: number
  /** Files that may have the system's CA certificates; replaced in tests. */
  readonly bundles?: readonly string[]
}

/**
 * The only way in which this program calls a service: by HTTPS, or by plain http to local services; through the proxy
 * and with the CA certificates that the environment names, and those of the system, unless the call has its own; within
 * the deadline; with retries where another attempt may help.
 */
export const createTransport = (context: TransportContext): Transport => {
  const {runtime, log, clocks = UNKNOWN_CLOCKS, pause = defaultPause, silenceMs, bundles} = context
  const trust = trustOf(runtime.env, log, bundles)
  return async (call, ofRun) => {
    const url = checkedUrl(call)
    const proxy = call.proxy === 'never' ? undefined : (call.proxy ?? proxyFor(url, runtime.env))
    if (url.protocol === 'https:') refuseUnverified(runtime.env)
    if (ofRun?.aborted) throw outOfTimeError(call)
    // A run's deadline is what the user has asked for: no call of it ends earlier, but those that ask to.
    const deadline = startDeadline(call.timeoutMs ?? (ofRun ? undefined : TIMEOUT_MS), ofRun)
    const route = {proxy, trust: url.protocol === 'https:' ? trust : undefined, startedAt: monotonicMs(), silenceMs}
    try {
      const reply = await callWithRetries(call, {...route, signal: deadline.signal}, {runtime, log, clocks, pause})
      if (isRedirect(reply)) throw redirected(call, reply)
      return reply
    } finally {
      deadline.release()
    }
  }
}

/** Shared by all attempts of a call. */
interface Route {
  readonly proxy: Proxy | undefined
  /** Undefined where there is no TLS. */
  readonly trust: Trust | undefined
  readonly startedAt: number
  readonly signal: AbortSignal
  readonly silenceMs: number | undefined
}

/** The result of an attempt. `retriable` is set if another one may help. */
type Outcome =
  | {readonly reply: HttpReply; readonly retriable?: Retriable}
  | {readonly error: AckError; readonly retriable?: Retriable; readonly isUntrusted?: boolean}

const callWithRetries = async (
  call: HttpCall,
  route: Route,
  {runtime, log, clocks, pause}: Required<Pick<TransportContext, 'runtime' | 'log' | 'clocks' | 'pause'>>,
): Promise<HttpReply> => {
  const {attempts = ATTEMPTS} = call
  const {host} = new URL(call.url)
  let made = 0
  let throttled = 0
  let redated = 0
  let answered: HttpReply | undefined
  for (;;) {
    const attempt = made + throttled + redated + 1
    const offsetMs = clocks.offsetMs(host)
    const now = (): Date => new Date(runtime.now().getTime() + offsetMs)
    const current = attempt === 1 && offsetMs === 0 ? call : (call.renew?.(now()) ?? call)
    const sentAt = runtime.now().getTime()
    const startedAt = monotonicMs()
    const outcome = await attemptWithTrust(current, route, made + 1 >= attempts, runtime.now)
    const tookMs = monotonicMs() - startedAt
    log.debug(describeAttempt({call, proxy: route.proxy, outcome, tookMs, attempt}))
    if ('reply' in outcome) {
      const receivedAt = runtime.now().getTime()
      await learnFrom(clocks, call, {date: outcome.reply.date, sentAt, receivedAt, tookMs})
      const isCorrected = call.renew !== undefined && clocks.offsetMs(host) !== offsetMs
      if (isCorrected && redated === 0 && attempts > 1 && isRefusedForDate(outcome.reply)) {
        redated += 1
        continue
      }
    }
    // What the service has said last tells more than that the time is over.
    if ('error' in outcome && route.signal.aborted && answered) return answered
    if (!outcome.retriable || (call.once && !isSafeToRepeat(outcome.retriable))) return settle(outcome)
    if ('reply' in outcome) answered = outcome.reply
    if (outcome.retriable.isThrottled) throttled += 1
    else made += 1
    const pauseMs = pauseBefore(outcome.retriable, {attempts, made, throttled, leftMs: timeLeftMs(route.signal)})
    if (pauseMs === undefined) return settle(outcome)
    log.debug(
      `${call.action} at ${host}: ${outcome.retriable.reason}, retrying in ${(pauseMs / 1000).toFixed(1)} s (attempt ${attempt + 1})`,
    )
    await pause(pauseMs, route.signal).catch(() => undefined)
    if (route.signal.aborted) return settle(outcome)
  }
}

const defaultPause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  sleep(milliseconds, undefined, {signal})

/** An attempt; and, with the system's certificates, another one where the others do not do: nothing was sent by then. */
const attemptWithTrust = async (call: HttpCall, route: Route, isLast: boolean, now: () => Date): Promise<Outcome> => {
  const outcome = await attemptCall(call, route, {ca: route.trust?.named(), isLast, now})
  if (!('isUntrusted' in outcome && outcome.isUntrusted) || !route.trust || call.tls?.ca !== undefined) return outcome
  return attemptCall(call, route, {ca: route.trust.withSystem(), isLast, now})
}

const attemptCall = async (
  call: HttpCall,
  {proxy, startedAt, signal, silenceMs}: Route,
  {ca, isLast, now}: {ca: readonly string[] | undefined; isLast: boolean; now: () => Date},
): Promise<Outcome> => {
  const ended = new AbortController()
  const limits = attemptLimits(call, timeLeftMs(signal), isLast)
  let tunnel: Tunnel | undefined
  try {
    if (proxy) tunnel = await prepareTunnel(proxy, {...limits, signal: ended.signal, ca})
    const silence = isLast || call.once ? undefined : (silenceMs ?? limits.silenceMs)
    const reply = await sendOnce(call, {...limits, silenceMs: silence, signal, ca, agent: tunnel?.agent})
    const retriable = retriableReply(reply, now())
    return {reply, ...(retriable ? {retriable} : {})}
  } catch (failure) {
    const isAtProxy = tunnel?.isOpen() === false
    return networkError(failure, {call, proxy, isAtProxy, signal, waitedMs: monotonicMs() - startedAt})
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
  if (url.protocol !== 'http:')
    throw new AckError('InvalidOption', `${action} has a URL that is neither https nor http`, 'use an https URL')
  throw new AckError(
    'InvalidOption',
    `refusing to send ${action} to ${url.host} over plain http`,
    'use https; plain http is allowed for this machine and link-local addresses only',
  )
}
