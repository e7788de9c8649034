import {AckError} from '../base/errors.ts'
import {failedCall} from './failed-call.ts'
import {parseReplyObject, type HttpCall, type HttpReply} from './http.ts'

/** What to do when something else than the service has answered. */
export const PORTAL_STEP =
  'check the endpoint, and whether a proxy or the login page of a network answers in place of the service'

/** Whether a reply is a web page: services answer with JSON, but gateways and captive portals do not. */
export const isWebPage = ({body, contentType = ''}: HttpReply): boolean =>
  /^\s*(?:text\/html|application\/xhtml)/i.test(contentType) || /^\uFEFF?\s*<(?:!doctype\s+html|html)[\s>]/i.test(body)

/** A reply that has no usable content, in words that quote nothing of it: `HTTP 200, an HTML page answered (text/html)`. */
export const describeReply = (reply: HttpReply): string => {
  const status = `HTTP ${reply.status}`
  const kind = kindOf(reply)
  return kind === undefined ? status : `${status}, ${kind}${mediaType(reply)}`
}

const kindOf = (reply: HttpReply): string | undefined => {
  if (isWebPage(reply)) return 'an HTML page answered'
  // An error without a body has its status, but a success should have said something.
  if (reply.body.trim() === '') return reply.status < 300 ? 'the answer is empty' : undefined
  if (parseReplyObject(reply)) return undefined
  // Every other byte of it is zero.
  return reply.body.includes('\0') ? 'the answer is UTF-16 or binary' : 'the answer is no JSON object'
}

/** Without parameters, and only where it is one: it comes from anybody. */
const mediaType = ({contentType = ''}: HttpReply): string => {
  const [type] = /^[\w.+-]{1,40}\/[\w.+-]{1,60}(?=\s*(?:;|$))/.exec(contentType.trim()) ?? []
  return type === undefined ? '' : ` (${type})`
}

export const isRedirect = ({status}: HttpReply): boolean => status >= 300 && status < 400

/** The error for a redirect: to follow one would send what is secret to another host. */
export const redirected = (call: HttpCall, reply: HttpReply): AckError => {
  const {action, url} = call
  const {status, location = ''} = reply
  const target = URL.canParse(location, url) ? ` to ${new URL(location, url).host}` : ''
  return new AckError(
    'ServiceFailed',
    `${action} at ${new URL(url).host} failed: redirected${target} (HTTP ${status}), which is not followed`,
    PORTAL_STEP,
    {call: failedCall(call, reply)},
  )
}
