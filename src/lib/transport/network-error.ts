import {AckError} from '../base/errors.ts'
import {failedCall} from './failed-call.ts'
import {isOwnLink} from './hosts.ts'
import {MAX_REPLY_BYTES, type HttpCall} from './http.ts'
import type {Proxy} from './proxy.ts'
import {retriableFailure, type Retriable} from './retry.ts'
import {SendError} from './send.ts'

interface Circumstances {
  readonly call: HttpCall
  readonly proxy: Proxy | undefined
  /** Whether it failed before the proxy had connected to the target. */
  readonly isAtProxy: boolean
  readonly signal: AbortSignal
  /** Time since the start of the call, in milliseconds. */
  readonly waitedMs: number
}

interface NetworkFailure {
  readonly error: AckError
  /** If another attempt may help. */
  readonly retriable?: Retriable
  /** Whether nothing but a CA that is not known spoke against the certificate. */
  readonly isUntrusted?: boolean
}

/**
 * The error for a failure below HTTP: what was called, what happened, what to do.
 *
 * @param failure - only its code and status are used, since its message may quote anything
 */
export const networkError = (failure: unknown, circumstances: Circumstances): NetworkFailure => {
  const {call, proxy, isAtProxy, signal} = circumstances
  const through = proxy ? ` through the proxy ${proxy.host}` : ''
  const what = `${call.action} at ${new URL(call.url).host}`
  const code = codeOf(failure, isAtProxy)
  if (signal.aborted) return {error: deadlineExceeded(`${what}${through}`, code, circumstances)}
  if (code === 'ERR_INVALID_CHAR') return {error: unsendable(what, call)}
  if (code === 'REPLY_TOO_LARGE') return {error: tooLarge(`${what}${through}`, call, failure)}
  const [message, step] = explain(code, what, through, isAtProxy ? proxy : undefined)
  const error = new AckError('NetworkFailed', message, step ?? call.ifUnreachable ?? nextStep(code, call, proxy), {
    call: failedCall(call),
  })
  const retriable = retriableFailure(code)
  return {error, ...(retriable ? {retriable} : {}), isUntrusted: isUntrustedCode(code)}
}

const codeOf = (failure: unknown, isAtProxy: boolean): string => {
  const code = (failure as NodeJS.ErrnoException | undefined)?.code
  if (typeof code === 'string' && code !== 'UNKNOWN') return code
  // The proxy packages throw an error without a code when the proxy closes the connection.
  return isAtProxy ? 'PROXY_CLOSED' : 'UNKNOWN'
}

const CAUSES: Readonly<Record<string, string>> = {
  CONNECT_TIMEOUT: 'connection timed out',
  NO_RESPONSE: 'no response',
  PROXY_CLOSED: 'connection reset',
  PROXY_LOGIN: 'authentication failed',
  PROXY_GARBAGE: 'its answer is not HTTP',
  PROXY_REFUSED: 'it refused to connect to the target',
  ENOTFOUND: 'host not found (ENOTFOUND)',
  EAI_AGAIN: 'DNS lookup failed (EAI_AGAIN)',
  ECONNREFUSED: 'connection refused (ECONNREFUSED)',
  ECONNRESET: 'connection reset (ECONNRESET)',
  EPIPE: 'connection reset (EPIPE)',
  ETIMEDOUT: 'connection timed out (ETIMEDOUT)',
  ENETUNREACH: 'network unreachable (ENETUNREACH)',
  EHOSTUNREACH: 'host unreachable (EHOSTUNREACH)',
  UNKNOWN: 'connection failed',
}

const CERTIFICATE_STEP = 'for a private CA, set NODE_EXTRA_CA_CERTS or SSL_CERT_FILE to the file of its certificate'

/** The message for a code, and the next step if that is special to the code. */
const explain = (code: string, what: string, through: string, failedProxy?: Proxy): [string, string | undefined] => {
  const subject = failedProxy ? `${what} cannot be reached: proxy ${failedProxy.host}` : `${what}${through}`
  const status = /^PROXY_(\d+)$/.exec(code)?.[1]
  if (status) return [`${subject} refused with HTTP ${status}`, status === '407' ? loginStep(failedProxy) : undefined]
  if (isCertificateCode(code))
    return [`${subject}: TLS certificate verification failed (${code})`, certificateStep(code)]
  const step = code === 'PROXY_LOGIN' ? loginStep(failedProxy) : undefined
  return [`${subject}${failedProxy ? '' : ' cannot be reached'}: ${causeOf(code)}`, step]
}

const causeOf = (code: string): string => {
  if (/^(EPROTO|ERR_SSL|ERR_OSSL|ERR_TLS)/.test(code)) return `TLS handshake failed (${code})`
  if (code.startsWith('HPE_')) return `the response is not HTTP (${code})`
  return CAUSES[code] ?? code
}

/** What to do about a certificate that cannot be verified, by the code of Node or OpenSSL. */
export const certificateStep = (code: string): string => {
  if (isNameCode(code)) return 'check the name of the host: its certificate is for another one'
  return isTimeCode(code) ? `check this machine's clock; ${CERTIFICATE_STEP}` : CERTIFICATE_STEP
}

const loginStep = (proxy?: Proxy): string =>
  proxy?.login
    ? 'correct the user and password in the proxy variable: the proxy has refused them'
    : 'put the user and password into the proxy variable: http://user:password@host:port'

const nextStep = (code: string, call: HttpCall, proxy: Proxy | undefined): string => {
  if (proxy) return 'check the proxy in HTTPS_PROXY or ALL_PROXY, or exempt the host in NO_PROXY'
  const {hostname, host} = new URL(call.url)
  if (isOwnLink(hostname)) return `check the endpoint, and that its server listens at ${host}`
  const what = code === 'ENOTFOUND' ? 'check the endpoint and the region' : 'check the network'
  return call.proxy === 'never' ? what : `${what}, and whether a proxy is needed (HTTPS_PROXY)`
}

/** The error for a call for which there was no time at all. */
export const outOfTimeError = (call: HttpCall): AckError =>
  new AckError(
    'DeadlineExceeded',
    `${call.action} at ${new URL(call.url).host} was not called: the time limit was over`,
    'allow more time with --timeout',
    {call: failedCall(call)},
  )

const deadlineExceeded = (what: string, code: string, {call, waitedMs, proxy}: Circumstances): AckError => {
  const isUnconnected = code === 'CONNECT_TIMEOUT' && proxy === undefined
  const how = isUnconnected ? 'cannot be reached: no connection' : 'did not respond'
  return new AckError(
    'DeadlineExceeded',
    `${what} ${how} within ${(waitedMs / 1000).toFixed(1)} s`,
    (isUnconnected ? call.ifUnreachable : undefined) ??
      // Some calls have a shorter limit of their own.
      (call.timeoutMs === undefined ? 'check the network, or allow more time with --timeout' : 'check the network'),
    {call: failedCall(call)},
  )
}

/** The service was reached, or what answers in its place. */
const tooLarge = (what: string, call: HttpCall, failure: unknown): AckError => {
  const status = failure instanceof SendError ? failure.status : undefined
  const limit = `${(call.maxReplyBytes ?? MAX_REPLY_BYTES) / 1024 / 1024} MiB`
  return new AckError(
    'ServiceFailed',
    `${what} failed: ${status === undefined ? '' : `HTTP ${status}, `}the response is larger than ${limit}`,
    'check the endpoint, and whether something in between answers in its place',
    {call: {...failedCall(call), ...(status === undefined ? {} : {status})}},
  )
}

const unsendable = (what: string, call: HttpCall): AckError =>
  new AckError(
    'CredentialsInvalid',
    `cannot call ${what}: the credentials contain a character that an HTTP header does not allow`,
    'check the credentials for line breaks and non-ASCII characters',
    {call: failedCall(call)},
  )

const isCertificateCode = (code: string): boolean =>
  /^(ERR_TLS_CERT|CERT_|CRL_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH|IP_ADDRESS_MISMATCH|INVALID_|PATH_LENGTH)/.test(
    code,
  )

/** As OpenSSL and BoringSSL say that they do not know who has signed it. */
const isUntrustedCode = (code: string): boolean =>
  /^(UNABLE_TO_(GET_ISSUER_CERT|VERIFY_LEAF)|SELF_SIGNED|DEPTH_ZERO|CERT_UNTRUSTED)/.test(code)

/** As Node and OpenSSL say that a certificate is good, but for another host. */
export const isNameCode = (code: string): boolean =>
  /^(ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH|IP_ADDRESS_MISMATCH)$/.test(code)

/** Whether a certificate has expired, or is not valid yet. */
export const isTimeCode = (code: string): boolean => /^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/.test(code)
