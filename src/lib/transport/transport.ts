import {readFile} from 'node:fs/promises'
import {setTimeout as sleep} from 'node:timers/promises'

import {AckError} from '../errors.ts'
import type {Log} from '../log/log.ts'
import type {Runtime} from '../runtime.ts'
import {isOwnLink} from './hosts.ts'
import type {HttpCall, HttpReply, Transport} from './http.ts'
import {networkError} from './network-error.ts'
import {proxyAgent, proxyFor, type Proxy} from './proxy.ts'
import {isTransient, retriesLeft} from './retry.ts'
import {sendOnce, type SendOptions} from './send.ts'

const ATTEMPTS = 3
const TIMEOUT_MS = 10_000
const CONNECT_TIMEOUT_MS = 5000
const FIRST_BACKOFF_MS = 200

interface TransportContext {
  readonly runtime: Pick<Runtime, 'env'>
  readonly log: Log
  /** Waits between attempts, in milliseconds; a test's own waits for nothing. */
  readonly pause?: (milliseconds: number, signal: AbortSignal) => Promise<unknown>
}

/**
 * The one way in which this program calls a service: HTTPS, plain http only on the machine's own link; through the
 * proxy that the environment names; with the certificates that it names; within the deadline; tried again, with growing
 * and random pauses, where that can help.
 */
export const createTransport =
  ({
    runtime,
    log,
    pause = (milliseconds, signal) => sleep(milliseconds, undefined, {signal}),
  }: TransportContext): Transport =>
  async (call, deadline) => {
    const url = checkedUrl(call)
    const {timeoutMs = TIMEOUT_MS, attempts = ATTEMPTS, connectTimeoutMs = CONNECT_TIMEOUT_MS} = call
    const ownLimit = AbortSignal.timeout(timeoutMs)
    const signal = deadline ? AbortSignal.any([deadline, ownLimit]) : ownLimit
    const proxy = call.proxy === 'never' ? undefined : proxyFor(url, runtime.env)
    const ca = await extraCertificates(runtime, log)
    const startedAt = performance.now()
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await attemptCall(call, {ca, connectTimeoutMs, signal}, proxy, startedAt)
      const left = attempts - attempt
      if (!('reason' in outcome && retriesLeft(outcome.reason, left, attempt))) return settle(outcome)
      log.debug(
        `${call.action} at ${url.host}: ${outcome.reason}, trying again (attempt ${attempt + 1} of ${attempts})`,
      )
      const waited = await pause(FIRST_BACKOFF_MS * 2 ** (attempt - 1) * (0.5 + Math.random()), signal).catch(
        () => 'ended',
      )
      if (waited === 'ended') return settle(outcome)
    }
  }

/** What came of an attempt. `reason` is there when another one might help. */
type Outcome =
  | {readonly reply: HttpReply; readonly reason?: string}
  | {readonly error: AckError; readonly reason?: string}

const attemptCall = async (
  call: HttpCall,
  options: Omit<SendOptions, 'agent'>,
  proxy: Proxy | undefined,
  startedAt: number,
): Promise<Outcome> => {
  const ended = new AbortController()
  const {connectTimeoutMs, signal} = options
  try {
    const agent = proxy && (await proxyAgent(proxy, {signal: ended.signal, connectTimeoutMs}))
    const reply = await sendOnce(call, {...options, agent})
    const reason = isTransient(reply)
    return {reply, ...(reason ? {reason} : {})}
  } catch (failure) {
    if (failure instanceof AckError) return {error: failure}
    const {error, code} = networkError(failure, {call, proxy, signal, waitedMs: performance.now() - startedAt})
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
  const url = new URL(text)
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isOwnLink(url.hostname))) return url
  throw new AckError(
    'InvalidOption',
    `${action} would go to ${url.host} without encryption`,
    'use https; plain http is for this machine and link-local addresses only',
  )
}

/**
 * The certificates to trust when SSL_CERT_FILE adds some. Node itself knows its own list and NODE_EXTRA_CA_CERTS, but
 * forgets both when it is given a list.
 */
const extraCertificates = async ({env}: Pick<Runtime, 'env'>, log: Log): Promise<readonly string[] | undefined> => {
  const path = env['SSL_CERT_FILE']
  if (!path) return undefined
  const {rootCertificates} = await import('node:tls')
  const files = [path, env['NODE_EXTRA_CA_CERTS']].filter((file): file is string => Boolean(file))
  const extra = await Promise.all(
    files.map((file) =>
      readFile(file, 'utf8').catch(() => {
        log.warn(`the certificates in ${file} cannot be read and are not used`)
        return undefined
      }),
    ),
  )
  return [...rootCertificates, ...extra.filter((pem): pem is string => pem !== undefined)]
}
