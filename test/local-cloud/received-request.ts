import type {X509Certificate} from 'node:crypto'
import type {IncomingMessage} from 'node:http'
import {TLSSocket} from 'node:tls'

/** A name and its value, decoded. */
export type Pair = readonly [name: string, value: string]

/** One HTTP request as it arrived: what was sent twice is here twice. */
export type ReceivedRequest = {
  readonly method: string
  /** Still percent-encoded, without the query. */
  readonly path: string
  readonly query: readonly Pair[]
  /** Names in lower case, values as received. */
  readonly headers: readonly Pair[]
  readonly body: Buffer
  /** The body's parameters if it is `application/x-www-form-urlencoded`, else none. */
  readonly form: readonly Pair[]
  /** Only TLS has looked at it: the client has its key. */
  readonly clientCertificate?: X509Certificate
}

/**
 * Reads a whole request, body included.
 *
 * @throws if the client goes away before its body is complete
 */
export const receiveRequest = async (message: IncomingMessage): Promise<ReceivedRequest> => {
  const [path = '/', query = ''] = splitOnce(message.url ?? '/', '?')
  const clientCertificate = message.socket instanceof TLSSocket && message.socket.getPeerX509Certificate()
  const body = await readBody(message)
  const isForm = (message.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')
  return {
    method: message.method ?? '',
    path,
    query: parsePairs(query),
    headers: headerPairs(message.rawHeaders),
    body,
    form: isForm ? parsePairs(body.toString('utf8')) : [],
    ...(clientCertificate && {clientCertificate}),
  }
}

/** The values of one name, in the order received; header names are asked for in lower case. */
export const valuesOf = (pairs: readonly Pair[], name: string): string[] =>
  pairs.filter(([candidate]) => candidate === name).map(([, value]) => value)

/** The first name that occurs more than once, if any. */
export const repeatedName = (pairs: readonly Pair[]): string | undefined => {
  const names = pairs.map(([name]) => name)
  return names.find((name, index) => names.indexOf(name) !== index)
}

// A space arrives as `+` from Go's and Java's form encoders and as `%20` from everybody else; URLSearchParams reads both.
const parsePairs = (text: string): Pair[] => [...new URLSearchParams(text)]

const headerPairs = (rawHeaders: readonly string[]): Pair[] =>
  rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [[name.toLowerCase(), rawHeaders[index + 1] ?? '']] : []))

const splitOnce = (text: string, separator: string): string[] => {
  const at = text.indexOf(separator)
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + separator.length)]
}

const readBody = async (message: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
