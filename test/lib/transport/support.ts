import type {Server} from 'node:http'
import {createServer, type Socket} from 'node:net'

import {AckError} from '../../../src/lib/base/errors.ts'
import type {HttpCall, HttpReply} from '../../../src/lib/transport/http.ts'
import {createTransport} from '../../../src/lib/transport/transport.ts'
import {listenOnLoopback, type Listening} from '../../local-cloud/loopback-server.ts'
import {recordingLog} from '../../support/runtime.ts'

export interface Outcome {
  readonly reply?: HttpReply
  readonly error?: AckError
  readonly lines: readonly string[]
  readonly attempts: readonly string[]
  readonly pauses: readonly number[]
}

interface Circumstances {
  readonly signal?: AbortSignal
  readonly silenceMs?: number
  /** Files that may have the system's CA certificates. */
  readonly bundles?: readonly string[]
  /** Is told of every pause. */
  readonly onPause?: (pauses: readonly number[]) => void
}

/** Makes a call without really pausing between attempts. */
export const call = async (
  given: Partial<HttpCall> & {url: string},
  env: Record<string, string> = {},
  {signal, silenceMs = 5000, bundles = [], onPause = () => {}}: Circumstances = {},
): Promise<Outcome> => {
  const log = recordingLog()
  // A line for each attempt is a test of its own.
  const lines = (): readonly string[] => log.lines.filter((line) => !line.startsWith('debug: call: '))
  const pauses: number[] = []
  const pause = (milliseconds: number): Promise<void> => {
    pauses.push(milliseconds)
    onPause(pauses)
    return Promise.resolve()
  }
  const transport = createTransport({runtime: {env, now: () => new Date()}, log, pause, silenceMs, bundles})
  const whole = {action: 'TestAction', service: 'STS', method: 'POST', ...given} as const
  try {
    return {
      reply: await transport(whole, signal),
      lines: lines(),
      attempts: log.lines.filter((line) => line.startsWith('debug: call: ')),
      pauses,
    }
  } catch (error) {
    if (error instanceof AckError)
      return {error, lines: lines(), attempts: log.lines.filter((line) => line.startsWith('debug: call: ')), pauses}
    throw error
  }
}

/** All that a person may see of it. */
export const shown = ({error, lines, attempts}: Outcome): string =>
  [error?.message, error?.nextStep, error?.stack, String(error?.cause), ...lines, ...attempts].join('\n')

/** A server that accepts and says nothing, or what `listener` makes it say. */
export const listenRaw = async (
  listener: (socket: Socket) => void = () => {},
): Promise<Listening & {readonly allGone: () => Promise<void>}> => {
  const gone: Promise<unknown>[] = []
  const server = createServer((socket) => {
    gone.push(new Promise((resolve) => socket.once('close', resolve)))
    socket.on('error', () => {})
    socket.resume()
    listener(socket)
  })
  const listening = await listenOnLoopback(server as unknown as Server)
  return {
    ...listening,
    allGone: async () => {
      if (gone.length === 0) throw new Error('nobody came')
      await Promise.all(gone)
    },
  }
}
