import {serviceClock} from '../../src/lib/cache/service-clock.ts'
import type {SourceContext} from '../../src/lib/credentials/source-context.ts'
import {readGlobalOptions} from '../../src/lib/options/global-options.ts'
import type {Flags} from '../../src/lib/options/read-option.ts'
import type {Runtime} from '../../src/lib/base/runtime.ts'
import type {HttpCall, HttpReply} from '../../src/lib/transport/http.ts'
import {recordingLog, testRuntime} from './runtime.ts'

/** A place as tests name it, where no real one is needed. */
export const TEST_ORIGIN = {description: 'a test', identity: [['kind', 'test']]} as const

/** What sources work with, and what they did with it. */
export interface TestContext extends SourceContext {
  readonly log: ReturnType<typeof recordingLog>
  /** The calls that were made, in their order. */
  readonly calls: HttpCall[]
}

interface Given {
  readonly flags?: Flags
  readonly env?: Record<string, string>
  readonly runtime?: Partial<Runtime>
  /** Answers each call; none may be made when it is absent. */
  readonly reply?: (call: HttpCall) => HttpReply
}

export const testContext = ({flags = {}, env = {}, runtime = {}, reply}: Given = {}): TestContext => {
  const calls: HttpCall[] = []
  const own = testRuntime({env, ...runtime})
  return {
    runtime: own,
    clock: serviceClock(own),
    log: recordingLog(),
    options: readGlobalOptions({flags, execInfo: {}, env}),
    flags,
    calls,
    transport: (call) => {
      calls.push(call)
      if (!reply) throw new Error(`${call.action} was called`)
      return Promise.resolve(reply(call))
    },
  }
}

/** A reply of a service, in JSON. */
export const jsonReply = (body: object, status = 200): HttpReply => ({status, body: JSON.stringify(body)})

/** The credentials of a session, as STS and the metadata service write them. */
export const SESSION_REPLY = {
  AccessKeyId: 'STS.new',
  AccessKeySecret: 'SECRET-of-new',
  SecurityToken: 'SECRET-token-of-new',
  Expiration: '2026-01-02T04:04:05Z',
}
