import {array, constantFrom, integer, oneof, record, tuple, type Arbitrary} from 'fast-check'

import {AckError} from '../../src/lib/base/errors.ts'
import type {SourceContext} from '../../src/lib/credentials/source-context.ts'
import type {Credentials} from '../../src/lib/credentials/credentials.ts'
import {credentialsOf} from '../support/credentials-of.ts'
import type {HttpReply, Transport} from '../../src/lib/transport/http.ts'
import {isRedirect, redirected} from '../../src/lib/transport/reply-kind.ts'
import {retriableReply} from '../../src/lib/transport/retry.ts'
import {CANARY} from '../support/canary.ts'
import {testContext} from '../support/source-context.ts'
import type {FuzzTarget, Scene} from './fuzz-target.ts'
import {membersOf, mostly, object, readJson, values, wrapped, type JsonTexts} from './json-texts.ts'

/** A call of a service, and what it answers. */
interface ServiceInput {
  /** Which call. */
  readonly call: number
  readonly replies: readonly HttpReply[]
}

/** What a call is made with. */
export interface ServiceScene {
  readonly context: SourceContext
  readonly caller: Credentials
  readonly scene: Scene
  /** The bodies of the replies, as JavaScript itself reads them. */
  readonly bodies: readonly unknown[]
  readonly replies: readonly HttpReply[]
}

export interface ServiceCall {
  /** What the service answers, mostly. */
  readonly body: Arbitrary<string>
  /** Whole answers, whose bytes are changed. */
  readonly seeds: readonly (readonly string[])[]
  readonly run: (given: ServiceScene) => Promise<void>
}

const CONTEXT = testContext()
/** What the service knows of us: it may repeat it, and nobody may see it. */
const CALLER = credentialsOf({
  accessKeyId: 'STS.caller',
  accessKeySecret: 'SECRET-of-the-caller',
  securityToken: 'SECRET-token-of-the-caller',
})

const CODES = values(
  'InvalidAccessKeyId.NotFound',
  'SignatureDoesNotMatch',
  'NoPermission',
  'EntityNotExist.Role',
  'Throttling.User',
  'ErrorClusterNotFound',
  'AuthenticationFail.NoPermission',
  'ForbiddenCheckControlPlaneLog',
  'ServiceUnavailable',
  'constructor',
)
const MESSAGES = values(
  'the specified parameter is wrong',
  'string to sign is: SECRET-token-of-the-caller',
  `${'x'.repeat(290)}SECRET-of-the-caller`,
  'SECRET-of-the-caller\u001B[2J\u202Eabc',
  'first\r\nError: forged (Internal)',
)
const REFUSAL = object({
  Code: mostly(CODES),
  Message: mostly(MESSAGES),
  RequestId: mostly(values('00000000-0000-0000-0000-000000000000', 'a\nb')),
  accessDeniedDetail: mostly(object({AuthAction: mostly(values('ram:GetRole', 'a\u001B[31m'))})),
})
const KUBERNETES = object({
  kind: values('Status'),
  reason: mostly(values('Forbidden', 'Expired')),
  message: mostly(MESSAGES),
  code: values(403),
})
const PAGES = constantFrom('<html><body>sign in</body></html>', '', ' ', '\0\0', '[]', 'null', '"text"', '{"a":')

/** Of a redirect where it has to go, and odd ones now and then. */
const headersOf = (status: number, mode: number): Partial<HttpReply> => {
  if (status >= 300 && status < 400)
    return {location: mode % 2 === 0 ? 'https://other.example/SECRET-path' : '//[::bad'}
  const headers: readonly Partial<HttpReply>[] = [
    {contentType: 'text/html; charset=utf-8'},
    {contentType: 'application/json\u001B[31m', requestId: 'x\r\ny'},
    {retryAfter: 'Fri, 31 Feb 9999 25:00:00 GMT'},
    {retryAfter: '99999999999999999999'},
  ]
  return headers[mode] ?? {}
}

const replyOf = (body: JsonTexts): Arbitrary<HttpReply> =>
  tuple(
    oneof(
      {weight: 16, arbitrary: tuple(constantFrom(200, 200, 200, 201), wrapped(body))},
      {
        weight: 3,
        arbitrary: tuple(constantFrom(400, 401, 403, 404, 409, 410, 429, 500, 503), oneof(REFUSAL, KUBERNETES, body)),
      },
      {weight: 1, arbitrary: tuple(constantFrom(200, 204, 301, 302, 407, 599), PAGES)},
    ),
    integer({min: 0, max: 30}),
  ).map(([[status, body], mode]) => Object.assign({status, body}, headersOf(status, mode)))

/** A target of calls of one service, whose transport gives replies in turn. */
export const serviceTarget = (name: string, calls: readonly ServiceCall[]): FuzzTarget<ServiceInput> => ({
  name,
  structured: oneof(
    ...calls.map(({body}, call) =>
      record({call: constantFrom(call), replies: array(replyOf(body), {minLength: 1, maxLength: 3})}),
    ),
  ),
  seeds: calls.flatMap(({seeds}, call) =>
    seeds.map((bodies) => ({call, replies: bodies.map((body) => ({status: 200, body}))})),
  ),
  mutate: ({call, replies}, change) => ({
    call,
    // Each text for itself: a secret stays where it is, unless its own text moves it.
    replies: replies.map((reply) => ({...reply, body: change(reply.body)})),
  }),
  run: async ({call, replies}, scene) => {
    scene.hasPublicSecret = replies.some(hasPublicSecret)
    const bodies = replies.map(({body}) => readJson(body.replace(/^\uFEFF/, '')))
    const context = {...CONTEXT, log: scene.log, transport: transportOf(replies)}
    await calls[call]?.run({context, caller: CALLER, scene, bodies, replies})
  },
})

/** As the real one gives replies on; when they are over, time is over, too. */
const transportOf = (replies: readonly HttpReply[]): Transport => {
  const left = [...replies]
  return async (call) => {
    const reply = left.shift()
    if (!reply) throw new AckError('DeadlineExceeded', `${call.action} timed out`)
    retriableReply(reply, CONTEXT.runtime.now())
    if (isRedirect(reply)) throw redirected(call, reply)
    return reply
  }
}

/** What a service gives to be kept; all else it says may be shown, but for what it repeats of ours. */
const SECRET_FIELDS: ReadonlySet<string> = new Set(['AccessKeySecret', 'SecurityToken', 'config', 'token', 'HostId'])

const hasPublicSecret = ({body}: HttpReply): boolean => {
  const known = ['SECRET-of-the-caller', 'SECRET-token-of-the-caller']
  const value = readJson(body.replace(/^\uFEFF/, ''))
  // What is no JSON is not shown at all.
  if (value === undefined) return false
  const shown = JSON.stringify(value, (key, inner: unknown) => (SECRET_FIELDS.has(key) ? '' : inner))
  return known.reduce((text, secret) => text.replaceAll(secret, ''), shown).includes(CANARY)
}

/** The members of the first body. */
export const firstOf = ({bodies}: Pick<ServiceScene, 'bodies'>): Readonly<Record<string, unknown>> =>
  membersOf(bodies[0])

/** A text as a service's answer has it; empty for anything else. */
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
