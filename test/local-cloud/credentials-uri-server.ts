import type {FaultOptions} from './faults.ts'
import {json, startService, type LocalService, type Reply} from './local-service.ts'
import {mintFor} from './minted-credentials.ts'

/** What the server answers from now on. */
export type CredentialsUriAnswer = {
  /** 200 by default. */
  readonly status?: number
  /** An object is sent as JSON, a text as it is; by default, successful credentials for an hour. */
  readonly body?: object | string
}

export type CredentialsUriServerOptions = FaultOptions & CredentialsUriAnswer & {readonly now?: () => Date}

type UriRequest = {
  readonly method: string
  /** Without the query, which may be secret. */
  readonly path: string
}

export type LocalCredentialsUriServer = Omit<LocalService<UriRequest>, 'origin'> & {
  /** `http://127.0.0.1:<port>/credentials`; every other path does the same. */
  readonly url: string
  readonly answerWith: (answer: CredentialsUriAnswer) => void
}

const LIFETIME_SECONDS = 3600

/** Starts a server that hands out credentials at any path, without asking who wants them, on 127.0.0.1. */
export const startCredentialsUriServer = async (
  options: CredentialsUriServerOptions = {},
): Promise<LocalCredentialsUriServer> => {
  const {faults, now = () => new Date()} = options
  const mint = mintFor(LIFETIME_SECONDS, now)
  let current: CredentialsUriAnswer = options
  const answer = (): Reply<UriRequest> => {
    const {status = 200, body = {Code: 'Success', ...mint()}} = current
    return typeof body === 'string' ? {status, body, contentType: 'text/plain'} : json(status, body)
  }
  const {origin, ...service} = await startService<UriRequest>(
    {
      describe: ({method, path}) => ({method, path}),
      answer,
      refuse: ({status, code}) => json(status, {Code: code, Message: 'The request was refused on purpose.'}),
    },
    {faults},
  )
  const answerWith = (next: CredentialsUriAnswer): void => {
    current = next
  }
  return {url: `${origin}/credentials`, answerWith, ...service}
}
