import {AckError} from '../errors.ts'
import type {HttpCall} from './http.ts'
import type {Proxy} from './proxy.ts'
import {isPassing} from './retry.ts'
import {SendError} from './send.ts'

interface Circumstances {
  readonly call: HttpCall
  readonly proxy: Proxy | undefined
  readonly signal: AbortSignal
  /** Since the call began, in milliseconds. */
  readonly waitedMs: number
}

interface NetworkFailure {
  readonly error: AckError
  /** Why it failed, when another attempt might help. */
  readonly code?: string
}

/**
 * What a failure below HTTP means for the user: what was called, what happened, what to do.
 */
export const networkError = (failure: unknown, {call, proxy, signal, waitedMs}: Circumstances): NetworkFailure => {
  const what = `${call.action} at ${new URL(call.url).host}`
  if (signal.aborted) return {error: deadlineExceeded(what, waitedMs)}
  const code = failure instanceof SendError ? failure.code : 'UNKNOWN'
  const proxyStatus = /^PROXY_(\d+)$/.exec(code)?.[1]
  if (proxy && proxyStatus) return {error: proxyRefused(what, proxy, proxyStatus)}
  if (isTlsCode(code)) return {error: untrusted(what, code)}
  const through = proxy ? ` through the proxy ${proxy.host}` : ''
  const error = new AckError(
    'NetworkFailed',
    `${what}${through} cannot be reached: ${WORDS[code] ?? code}`,
    nextStep(code, proxy),
  )
  return {error, ...(isPassing(code) ? {code} : {})}
}

const WORDS: Readonly<Record<string, string>> = {
  CONNECT_TIMEOUT: 'the connection does not open',
  REPLY_TOO_LARGE: 'the answer is larger than 1 MiB',
  ENOTFOUND: 'there is no such host (ENOTFOUND)',
  EAI_AGAIN: 'the name server does not answer (EAI_AGAIN)',
  ECONNREFUSED: 'nobody listens there (ECONNREFUSED)',
  ECONNRESET: 'the connection was broken off (ECONNRESET)',
  ENETUNREACH: 'there is no way to that network (ENETUNREACH)',
  EHOSTUNREACH: 'there is no way to that host (EHOSTUNREACH)',
  UNKNOWN: 'the connection failed',
}

const nextStep = (code: string, proxy: Proxy | undefined): string => {
  if (proxy) return 'check the proxy that HTTPS_PROXY or ALL_PROXY names, or exempt the host in NO_PROXY'
  if (code === 'ENOTFOUND') return 'check the endpoint and the region, and whether a proxy is needed (HTTPS_PROXY)'
  return 'check the network, and whether a proxy is needed (HTTPS_PROXY)'
}

const deadlineExceeded = (what: string, waitedMs: number): AckError =>
  new AckError(
    'DeadlineExceeded',
    `${what} did not answer within ${(waitedMs / 1000).toFixed(1)} s`,
    'check the network, or allow more time with --timeout',
  )

const proxyRefused = (what: string, {host}: Proxy, status: string): AckError =>
  new AckError(
    'NetworkFailed',
    `${what} cannot be reached: the proxy ${host} refuses with HTTP ${status}`,
    status === '407'
      ? 'give user and password of the proxy in HTTPS_PROXY'
      : 'check the proxy, or exempt the host in NO_PROXY',
  )

const untrusted = (what: string, code: string): AckError =>
  new AckError(
    'NetworkFailed',
    `${what} cannot be trusted: its certificate fails the check (${code})`,
    "if it is your company's, name its CA in NODE_EXTRA_CA_CERTS or SSL_CERT_FILE",
  )

const isTlsCode = (code: string): boolean =>
  /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH|ERR_OSSL|EPROTO)/.test(code)
