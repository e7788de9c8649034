import {request, type IncomingMessage} from 'node:http'

import {AuthenticatorError} from './authenticator-error.ts'
import type {StsErrorCode} from './sts-error.ts'

/** A GetCallerIdentity request that somebody else has signed. */
export type IdentityRequest = {
  readonly method: 'GET' | 'POST'
  /** Encoded, without the question mark. */
  readonly query: string
  readonly headers: Readonly<Record<string, string>>
}

/** The part of the answer that the authenticator reads. */
export type CallerIdentity = {readonly Arn: string; readonly AccountId: string}

/**
 * Sends a signed GetCallerIdentity request to STS.
 *
 * @param stsEndpoint - `http://127.0.0.1:<port>`
 * @throws AuthenticatorError with STS' code if it refuses, without one if it cannot be reached
 */
export const sendIdentityRequest = async (signed: IdentityRequest, stsEndpoint: string): Promise<CallerIdentity> => {
  const {status, body} = await exchange(signed, stsEndpoint).catch(() => {
    // The error of a header that cannot be sent quotes the header: its message stays here.
    throw new AuthenticatorError(`error during ${signed.method}`)
  })
  if (status === 200) return JSON.parse(body) as CallerIdentity
  const {Code} = JSON.parse(body) as {Code: StsErrorCode}
  throw new AuthenticatorError(`error from RAM (expected 200, got ${status}): ${Code}`, Code)
}

const exchange = async (signed: IdentityRequest, stsEndpoint: string): Promise<{status: number; body: string}> => {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const {method, headers} = signed
    const url = `${stsEndpoint}/?${signed.query}`
    // agent: false, for the shared agent would keep its connection open after the test
    request(url, {method, headers: {accept: 'application/json', ...headers}, agent: false}, resolve)
      .once('error', reject)
      .end()
  })
  let body = ''
  for await (const chunk of response.setEncoding('utf8')) body += String(chunk)
  return {status: response.statusCode ?? 0, body}
}
