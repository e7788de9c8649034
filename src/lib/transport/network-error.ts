import {AckError} from '../base/errors.ts'
import type {HttpCall} from './http.ts'
import type {Proxy} from './proxy.ts'
import {isPassing} from './retry.ts'

interface Circumstances {
  readonly call: HttpCall
  readonly proxy: Proxy | undefined
  /** Whether it failed before the proxy had opened the way to the target. */
  readonly isAtProxy: boolean
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
 *
 * @param failure - what was thrown; only its code is used, since its text may quote anything
 */
export const networkError = (failure: unknown, circumstances: Circumstances): NetworkFailure => {
  const {call, proxy, isAtProxy, signal, waitedMs} = circumstances
  const through = proxy ? ` through the proxy ${proxy.host}` : ''
  const what = `${call.action} at ${new URL(call.url).host}`
  if (signal.aborted) return {error: deadlineExceeded(`${what}${through}`, waitedMs)}
  const code = codeOf(failure, isAtProxy)
  if (code === 'ERR_INVALID_CHAR') return {error: unsendable(what)}
  const [message, step] = describe(code, what, through, isAtProxy ? proxy : undefined)
  const error = new AckError('NetworkFailed', message, step ?? nextStep(code, proxy))
  return {error, ...(isPassing(code) ? {code} : {})}
}

const codeOf = (failure: unknown, isAtProxy: boolean): string => {
  const code = (failure as NodeJS.ErrnoException | undefined)?.code
  if (typeof code === 'string' && code !== 'UNKNOWN') return code
  // What the packages for proxies throw without a code: the proxy has closed the connection.
  return isAtProxy ? 'PROXY_BROKE_OFF' : 'UNKNOWN'
}

const WORDS: Readonly<Record<string, string>> = {
  CONNECT_TIMEOUT: 'the connection does not open',
  SILENCE: 'there is no answer',
  REPLY_TOO_LARGE: 'the answer is larger than 1 MiB',
  PROXY_BROKE_OFF: 'the connection was broken off',
  PROXY_LOGIN: 'it does not accept user and password',
  PROXY_REFUSED: 'it does not connect',
  ENOTFOUND: 'there is no such host (ENOTFOUND)',
  EAI_AGAIN: 'the name server does not answer (EAI_AGAIN)',
  ECONNREFUSED: 'nobody listens there (ECONNREFUSED)',
  ECONNRESET: 'the connection was broken off (ECONNRESET)',
  EPIPE: 'the connection was broken off (EPIPE)',
  ETIMEDOUT: 'the connection does not open (ETIMEDOUT)',
  ENETUNREACH: 'there is no way to that network (ENETUNREACH)',
  EHOSTUNREACH: 'there is no way to that host (EHOSTUNREACH)',
  UNKNOWN: 'the connection failed',
}

const CERTIFICATE_STEP = "if it is your company's, name its CA in NODE_EXTRA_CA_CERTS or SSL_CERT_FILE"

/** Says what happened, and what to do if that is special to it. */
const describe = (code: string, what: string, through: string, failedProxy?: Proxy): [string, string | undefined] => {
  const subject = failedProxy ? `${what} cannot be reached: the proxy ${failedProxy.host}` : `${what}${through}`
  const status = /^PROXY_(\d+)$/.exec(code)?.[1]
  if (status) return [`${subject} refuses with HTTP ${status}`, status === '407' ? LOGIN_STEP : undefined]
  if (isCertificateCode(code)) {
    const step = isTimeCode(code) ? `check this machine's clock; ${CERTIFICATE_STEP}` : CERTIFICATE_STEP
    return [`${subject} cannot be trusted: its certificate fails the check (${code})`, step]
  }
  const step = code === 'PROXY_LOGIN' ? LOGIN_STEP : undefined
  return [`${subject} ${failedProxy ? 'fails' : 'cannot be reached'}: ${wordsFor(code)}`, step]
}

const wordsFor = (code: string): string => {
  if (/^(EPROTO|ERR_SSL|ERR_OSSL|ERR_TLS)/.test(code)) return `no TLS comes about with it (${code})`
  if (code.startsWith('HPE_')) return `the answer is not HTTP (${code})`
  return WORDS[code] ?? code
}

const LOGIN_STEP = 'give user and password of the proxy in its variable: http://user:password@host:port'

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

const unsendable = (what: string): AckError =>
  new AckError(
    'CredentialsInvalid',
    `${what} cannot be asked: a header would hold a character that HTTP does not allow`,
    'check the credentials for line breaks and for letters that are not ASCII',
  )

const isCertificateCode = (code: string): boolean =>
  /^(ERR_TLS_CERT|CERT_|CRL_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH|INVALID_|PATH_LENGTH)/.test(code)

const isTimeCode = (code: string): boolean => /^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/.test(code)
