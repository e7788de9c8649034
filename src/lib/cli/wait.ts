import {setTimeout as sleep} from 'node:timers/promises'

import {AckError} from '../base/errors.ts'
import type {Typed} from '../options/suggested-command.ts'
import type {Invocation} from '../use-cases/invocation.ts'
import {waitCommand, type Patience} from '../use-cases/rrsa/wait-for-task.ts'
import {writeMessage} from './write-answer.ts'

/**
 * Waits for something in the cloud. Ctrl-C ends the wait, and says that what was waited for goes on.
 *
 * @param timeoutMs - in milliseconds
 * @param goesOn - whether it does: to look again and again is over when it ends
 * @throws what `wait` throws
 */
export const waitInterruptibly = async <T>(
  timeoutMs: number,
  {log}: Pick<Invocation, 'log'>,
  wait: (patience: Patience) => Promise<T>,
  goesOn = true,
): Promise<T> => {
  try {
    return await interruptible((interrupted) =>
      wait({
        timeoutMs,
        interrupted,
        pause: (milliseconds, signal) => sleep(milliseconds, undefined, {signal}),
        report: (progress) => log.info(progress),
      }),
    )
  } catch (error) {
    // A cancelled run is not reported as an error: what goes on has to be said all the same.
    if (goesOn && AckError.is(error) && error.code === 'Cancelled') {
      await log.flush()
      writeMessage(`Stopped waiting: ${error.message} in the cloud; ${error.nextStep}\n`)
    }
    throw error
  }
}

/**
 * Runs something that a signal, Ctrl-C if no other is named, ends in its own way, the first time. Throws what `run`
 * throws.
 */
export const interruptible = async <T>(
  run: (interrupted: AbortSignal) => Promise<T>,
  signals: readonly NodeJS.Signals[] = ['SIGINT'],
): Promise<T> => {
  const interruption = new AbortController()
  const interrupt = (): void => interruption.abort()
  for (const signal of signals) process.once(signal, interrupt)
  try {
    return await run(interruption.signal)
  } finally {
    for (const signal of signals) process.off(signal, interrupt)
  }
}

/** What ends a command that goes on until it is told to end. */
export const ENDING_SIGNALS = ['SIGINT', 'SIGTERM'] as const

/**
 * The time limit of a wait, in milliseconds.
 *
 * @param instead - what makes it wait
 * @throws AckError `InvalidUsage` where one was typed, and nothing is waited for
 */
export const readWaitTimeout = (
  read: {readonly duration: (name: 'wait-timeout') => number},
  {inputs: {flags}}: Pick<Invocation, 'inputs'>,
  waits: boolean,
  instead: string,
): number => {
  if (waits || flags['wait-timeout'] === undefined) return read.duration('wait-timeout')
  throw new AckError(
    'InvalidUsage',
    '--wait-timeout has no effect: nothing is waited for',
    `${instead}, or leave --wait-timeout out`,
  )
}

/** The failure that a wait ends with, if it does: what was started before has to be told all the same. */
export const failureOf = async (wait: Promise<unknown>): Promise<AckError | undefined> => {
  try {
    await wait
    return undefined
  } catch (error) {
    if (AckError.is(error)) return error
    throw error
  }
}

/** Says which task goes on without anybody waiting for it. */
export const describeRunningTask = (clusterId: string, taskId: string, run: Typed): string =>
  `Task ID: ${taskId || 'unknown'}\nThe task goes on: ${waitCommand(clusterId, taskId, run)}\n`
