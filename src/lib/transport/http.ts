import {parseJsonObject, type JsonObject} from '../base/json-object.ts'
import type {Secret} from '../base/secret.ts'
import type {Proxy} from './proxy.ts'
import type {Service} from './services.ts'

/** The largest reply that is accepted unless the call says otherwise, in bytes. */
export const MAX_REPLY_BYTES = 1024 * 1024

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** The TLS of a server that has a CA of its own, and knows its clients by certificate. All in PEM. */
export interface ClientTls {
  /** The only CA to trust. */
  readonly ca: string
  readonly certificate: string
  readonly privateKey: Secret
}

/** What is special about the TLS of one call. All in PEM. */
export interface CallTls extends Partial<ClientTls> {
  /** The name in the server's certificate, where it is not that of the URL. */
  readonly serverName?: string
}

/** One call of a service. `action` and the URL's host may be shown. */
export interface HttpCall {
  /** For messages: the API's action, or words such as `instance metadata`. */
  readonly action: string
  /** For programs that read errors. */
  readonly service: Service
  readonly method: HttpMethod
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Its CA is trusted instead of those of the system and the environment. */
  readonly tls?: CallTls
  /** The largest reply that is accepted, in bytes; {@link MAX_REPLY_BYTES} if absent. */
  readonly maxReplyBytes?: number
  /**
   * Whether to do it twice would do harm: then there is another attempt only where this one cannot have been carried out.
   * After a failure the caller has to look whether it was.
   */
  readonly once?: boolean
  /** Instead of that of the environment; local services, such as instance metadata, are never called through one. */
  readonly proxy?: Proxy | 'never'
  /** What to do where nothing answers, if the caller knows better than the network's own failure suggests. */
  readonly ifUnreachable?: string
  /** The time limit for opening a connection, in milliseconds. */
  readonly connectTimeoutMs?: number
  /** The time limit for the call with all its attempts, in milliseconds; the run's own deadline applies too. */
  readonly timeoutMs?: number
  /** The number of attempts, including the first; throttled ones do not count. With 1 it is never repeated. */
  readonly attempts?: number
  /**
   * The call for another attempt, with a new nonce and another time, which is the service's as far as that is known; for
   * services that accept no request twice.
   */
  readonly renew?: (at: Date) => HttpCall
}

export interface HttpReply {
  readonly status: number
  readonly body: string
  /** The headers that count, where they are there. */
  readonly contentType?: string
  readonly retryAfter?: string
  readonly location?: string
  /** The clock of whoever answered. */
  readonly date?: string
  /** By which Alibaba Cloud's services name the request. */
  readonly requestId?: string
}

/** The reply as a JSON object; undefined for anything else. */
export const parseReplyObject = ({body}: HttpReply): JsonObject | undefined =>
  parseJsonObject(body.startsWith('\uFEFF') ? body.slice(1) : body)

/**
 * Makes a call and returns the reply, whatever its status; but no redirect is followed.
 *
 * @param signal - the run's deadline
 * @throws AckError `NetworkFailed`, `DeadlineExceeded`; `ServiceFailed` for a redirect; `InvalidOption` for plain http to
 *   a remote host, for an invalid proxy URL, and where the environment switches the verification of certificates off;
 *   `CredentialsInvalid` for a header that cannot be sent
 */
export type Transport = (call: HttpCall, signal?: AbortSignal) => Promise<HttpReply>
