import type {EventEmitter} from 'node:events'
import {setTimeout as sleep} from 'node:timers/promises'

import type {Pair, ReceivedRequest} from './received-request.ts'

/** A refusal in the words of the server that gives it. */
export type Refusal = {
  readonly status: number
  readonly code: string
  readonly message?: string
  /** The RAM action that the caller lacks. */
  readonly authAction?: string
}

/**
 * What goes wrong with one request: it is refused, answered late, its connection is destroyed, it is never answered, it
 * is carried out and its connection is destroyed before the answer, something in between answers with a web page that
 * quotes the request, or the answer is this JSON.
 */
export type Fault =
  | Refusal
  | {readonly delayMs: number}
  | {readonly answer: object}
  | 'reset'
  | 'hang'
  | 'lost reply'
  | 'garbage'

/** How every local server is told to fail. */
export type FaultOptions = {
  /** One for each of the first requests. */
  readonly faults?: readonly Fault[] | undefined
}

/**
 * Lets a server fail the next `count` requests, after those that it is to fail already; `Infinity` is for ever.
 *
 * @param only - the one action that fails, such as `GetRole`, or for one cluster `DescribeClusterUserKubeconfig c0`; for
 * an API server the beginning of `GET /path`
 */
export type FailNext = (count: number, fault: Fault, only?: string) => void

/** A request by its action and cluster, or by method and path. */
export type Named = {
  readonly action?: string | undefined
  readonly clusterId?: string
  readonly method?: string
  readonly path?: string
}

/** The faults that a server still has to make. */
export type FaultQueue = {readonly failNext: FailNext; readonly next: (request?: Named) => Fault | undefined}

/** Makes a queue of faults: each is taken as often as it was asked for. */
export const createFaultQueue = (faults: readonly Fault[] = []): FaultQueue => {
  const queue: {fault: Fault; left: number; only?: string | undefined}[] = faults.map((fault) => ({fault, left: 1}))
  const next = (request: Named = {}): Fault | undefined => {
    const index = queue.findIndex(({only}) => only === undefined || isMeant(request, only))
    const found = queue[index]
    if (!found) return undefined
    found.left -= 1
    if (found.left <= 0) queue.splice(index, 1)
    return found.fault
  }
  const failNext: FailNext = (count, fault, only) => {
    if (count > 0) queue.push({fault, left: count, only})
  }
  return {failNext, next}
}

const isMeant = ({action, clusterId = '', method = '', path = ''}: Named, only: string): boolean =>
  action === only || `${action} ${clusterId}` === only || `${method} ${path}`.startsWith(only)

/** Whether a fault is a refusal in the server's own words. */
export const isRefusal = (fault: Fault | undefined): fault is Refusal => typeof fault === 'object' && 'status' in fault

/**
 * Waits as long as a fault says, or until the client is gone.
 *
 * @returns whether the client still waits
 */
export const delay = async (fault: Fault | undefined, connection: EventEmitter): Promise<boolean> => {
  if (typeof fault !== 'object' || !('delayMs' in fault)) return true
  const gone = new AbortController()
  connection.once('close', () => gone.abort())
  await sleep(fault.delayMs, undefined, {signal: gone.signal}).catch(() => undefined)
  return !gone.signal.aborted
}

/** The page of a gateway that was not expected there, which repeats all parameters, raw and encoded. */
export const garbagePage = ({query, form}: Pick<ReceivedRequest, 'query' | 'form'>): string => {
  const pairs = [...query, ...form]
  const encoded = new URLSearchParams(pairs.map(([name, value]): [string, string] => [name, value])).toString()
  const rows = pairs.map(([name, value]: Pair) => `<li>${name}=${value}</li>`)
  return `<!doctype html><html><body><h1>Please log in</h1><p>/?${encoded}</p><ul>${rows.join('')}</ul></body></html>\n`
}
