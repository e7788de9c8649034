import {parseJsonObject, type JsonObject} from '../base/json-object.ts'

/** One call of a service. Neither the URL nor `action` holds a secret: both may be shown. */
export interface HttpCall {
  /** What is called, for messages: the API's action, or words such as `instance metadata`. */
  readonly action: string
  readonly method: 'GET' | 'POST' | 'PUT'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Services of this machine or its own link, such as instance metadata, are never asked through a proxy. */
  readonly proxy?: 'never'
  /** How long a connection may take to open, in milliseconds. */
  readonly connectTimeoutMs?: number
  /** How long the call may take with all its attempts, in milliseconds; the run's own deadline holds besides. */
  readonly timeoutMs?: number
  /** How often it is tried at most, the first time included. */
  readonly attempts?: number
  /** The same call for another attempt, where a service takes none twice: with a nonce and a time of its own. */
  readonly renew?: () => HttpCall
}

export interface HttpReply {
  readonly status: number
  readonly body: string
}

/** The reply as a JSON object; undefined for anything else. */
export const parseReplyObject = ({body}: HttpReply): JsonObject | undefined => parseJsonObject(body)

/**
 * Makes a call and gives the reply, whatever its status.
 *
 * @param signal - the run's deadline
 * @throws AckError `NetworkFailed`, `DeadlineExceeded`; `InvalidOption` for plain http to elsewhere and for a proxy that
 *   is none; `CredentialsInvalid` for a header that cannot be sent
 */
export type Transport = (call: HttpCall, signal?: AbortSignal) => Promise<HttpReply>
