import type {IncomingMessage} from 'node:http'

import {errorCode} from '../base/error-code.ts'
import type {Secret} from '../base/secret.ts'
import {serverNameOf, type Route} from './route.ts'

/** By what a client of the API server proves who it is. */
export type ApiCredential = {readonly token: Secret} | {readonly certificatePem: string; readonly privateKeyPem: Secret}

/** What an API server answered; or Node's code for why it did not. */
export type ApiAnswer = {readonly status: number; readonly body: string} | {readonly failure: string}

interface ApiRequest {
  /** URL of the server. */
  readonly server: string
  /** PEM; undefined for the CAs of the system. */
  readonly ca: string | undefined
  readonly path: string
  readonly method: 'GET' | 'POST'
  readonly body?: object
  readonly credential?: ApiCredential | undefined
  readonly route: Route
}

const MAX_BYTES = 256 * 1024

/** Makes one request of an API server, and never throws for its failure. */
export const callApiServer = (request: ApiRequest): Promise<ApiAnswer> => {
  const {server, ca, path, method, body, credential, route} = request
  const {request: send} = process.getBuiltinModule('node:https')
  const text = body === undefined ? '' : JSON.stringify(body)
  return new Promise((resolve) => {
    try {
      const url = new URL(`${server.replace(/\/+$/, '')}${path}`)
      const sent = send(
        url,
        {
          method,
          agent: route.tunnel?.agent ?? false,
          ...serverNameOf(url, route),
          headers: {
            accept: 'application/json',
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(text),
            ...(credential && 'token' in credential ? {authorization: `Bearer ${credential.token.reveal()}`} : {}),
          },
          ...(ca === undefined ? {} : {ca}),
          ...(credential && 'privateKeyPem' in credential
            ? {cert: credential.certificatePem, key: credential.privateKeyPem.reveal()}
            : {}),
        },
        (response) => {
          readAll(response).then(
            (answer) => resolve({status: response.statusCode ?? 0, body: answer}),
            (error: unknown) => resolve({failure: errorCode(error)}),
          )
        },
      )
      const timeOut = (): void => {
        sent.destroy()
        resolve({failure: 'ETIMEDOUT'})
      }
      route.signal.addEventListener('abort', timeOut)
      sent.once('close', () => route.signal.removeEventListener('abort', timeOut))
      sent.once('proxyConnect', ({statusCode}: {statusCode: number}) => {
        if (statusCode === 200) return
        sent.destroy()
        resolve({failure: `PROXY_${statusCode}`})
      })
      sent.once('error', (error) => resolve({failure: errorCode(error)}))
      sent.end(text)
    } catch (error) {
      resolve({failure: errorCode(error)})
    }
  })
}

const readAll = async (response: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > MAX_BYTES) break
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
