import {withinTimeout} from '../base/deadline.ts'
import {monotonicMs} from '../base/monotonic-ms.ts'
import {askCaller} from '../caller/ask-caller.ts'
import {ecsMetadataSource} from '../credentials/sources/ecs-metadata.ts'
import {chooseStsEndpoint} from '../options/endpoint.ts'
import {formatTimestamp} from '../signing/timestamp.ts'
import type {HttpCall, Transport} from '../transport/http.ts'
import type {Invocation} from './invocation.ts'

/** All steps at the metadata service together, in milliseconds: outside of ECS nothing answers. */
const METADATA_MS = 5000

/** Says that a step is done: what it was, what came of it, and how long it took in milliseconds. */
export type TellStep = (step: string, result: string, tookMs: number) => Promise<void>

/**
 * The job of utils test-ecs-metadata: the session token, the role's name, its credentials and whose they are, step by
 * step, whatever other credentials there are.
 *
 * @param ended - aborted when the user ends it
 * @throws AckError of the step that fails, what the source and STS throw
 */
export const testEcsMetadata = async (context: Invocation, tell: TellStep, ended?: AbortSignal): Promise<void> => {
  const told: Transport = async (call, signal) => {
    const startedAt = monotonicMs()
    const reply = await context.transport(call, signal)
    await tell(stepOf(call), `HTTP ${reply.status}`, monotonicMs() - startedAt)
    return reply
  }
  const origin = {description: 'tested by test-ecs-metadata', identity: [['kind', 'imds']]} as const
  const source = ecsMetadataSource({origin}, {...context, transport: told})
  const startedAt = monotonicMs()
  const credentials = await withinTimeout(METADATA_MS, (signal) => source.load(signal), ended)
  const {accessKeyId, expiration} = credentials
  const end = expiration ? `, valid until ${formatTimestamp(expiration)}` : ''
  await tell('result', `AccessKey ID ${accessKeyId}${end}`, monotonicMs() - startedAt)
  const askedAt = monotonicMs()
  const ask = (signal: AbortSignal): ReturnType<typeof askCaller> =>
    askCaller(chooseStsEndpoint(context.options), credentials, context, signal)
  const {arn} = await withinTimeout(context.options.timeoutMs, ask, ended)
  await tell('identity', arn, monotonicMs() - askedAt)
}

const stepOf = ({method, url}: HttpCall): string => {
  if (method === 'PUT') return 'session token'
  return url.endsWith('/') ? 'role name' : 'credentials'
}
