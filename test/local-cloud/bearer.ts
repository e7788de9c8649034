import {valuesOf, type ReceivedRequest} from './received-request.ts'

/** How a secret was presented that a server asks for. */
export type Presented = 'missing' | 'wrong' | 'right'

/** The token of a request's one `Authorization: Bearer` header, if it has one. */
export const bearerToken = ({headers}: ReceivedRequest): string | undefined => {
  const [value = '', ...more] = valuesOf(headers, 'authorization')
  return more.length > 0 ? undefined : /^bearer +(\S+)$/i.exec(value)?.[1]
}

/** Judges a secret without saying it. */
export const judgeSecret = (secret: string | undefined, isRight: (secret: string) => boolean): Presented => {
  if (secret === undefined) return 'missing'
  return isRight(secret) ? 'right' : 'wrong'
}

/** Whether a request's body is declared as JSON. */
export const isJsonRequest = ({headers}: ReceivedRequest): boolean =>
  (valuesOf(headers, 'content-type')[0] ?? '').split(';')[0]?.trim().toLowerCase() === 'application/json'
