import {withinTimeout} from '../base/deadline.ts'
import {AckError, rephrased} from '../base/errors.ts'
import {untilAborted} from '../base/until-aborted.ts'
import type {Change, Plan, Step} from './plan.ts'
import {isUncertain, watchCalls, type SentCall} from './sent-call.ts'

/** How a plan is carried out. */
export interface Execution {
  /** How long each change may take, in milliseconds. */
  readonly timeoutMs: number
  /** Hears of each step when it has ended, before the next one begins. */
  readonly report: (step: Step) => unknown
  /** Waits, in milliseconds; replaced in tests. */
  readonly pause: (milliseconds: number) => Promise<unknown>
  /** Aborted when the user ends it: the change that is going on is not waited for. */
  readonly interrupted?: AbortSignal
}

/** How a plan has ended; `failure` is set if not all of it is done. */
export interface Outcome {
  readonly steps: readonly Step[]
  readonly failure?: AckError
}

/** How often a call is made whose reply was lost, while reading shows that it had no effect. */
const ATTEMPTS = 3
/** A service may need a moment to show what it has accepted. In milliseconds. */
const READ_BACK_AFTER_MS = [0, 500, 1000, 2000, 4000]

/**
 * Carries out a plan, one change after the other, and reads back each. A change is not tried if one that it needs has
 * failed: to run the same command again finishes what is left.
 *
 * @throws what is not an AckError
 */
export const carryOut = async ({changes}: Plan, execution: Execution): Promise<Outcome> => {
  const steps: Step[] = []
  const failures: AckError[] = []
  const isInterrupted = (): boolean => execution.interrupted?.aborted ?? false
  for (const [index, change] of changes.entries()) {
    const needs = new Set(change.needs ?? changes.slice(0, index))
    const isReady = steps.every((earlier) => earlier.state === 'done' || !needs.has(earlier.change))
    const step =
      isReady && !isInterrupted()
        ? await carryOutChange(change, execution)
        : {change, state: 'not done' as const, isChanged: false}
    const {error, ...told}: Step & {readonly error?: AckError} = step
    if (error) failures.push(error)
    steps.push(told)
    if (told.state !== 'not done') await execution.report(told)
  }
  const [
    first = isInterrupted() && steps.some(({state}) => state === 'not done') ? cancelled('interrupted') : undefined,
  ] = failures
  return first ? {steps, failure: withState(first, steps)} : {steps}
}

const carryOutChange = async (change: Change, execution: Execution): Promise<Step & {readonly error?: AckError}> => {
  const sent = watchCalls(execution.interrupted)
  try {
    const note = await untilAborted(
      execution.interrupted,
      () => makeSure(change, sent, execution),
      () => {
        throw cancelled(`interrupted: ${whatIsKnown(sent.isAccepted(), change)}`)
      },
    )
    return {change, state: 'done', ...(note === undefined ? {} : {note}), isChanged: sent.isAccepted()}
  } catch (error) {
    if (!AckError.is(error)) throw error
    return {change, state: 'failed', note: error.message, isChanged: sent.isAccepted(), error}
  }
}

const whatIsKnown = (isAccepted: boolean | undefined, {call}: Change): string => {
  if (isAccepted === undefined) return 'it may have been done, or not'
  return isAccepted ? `${call} was accepted, and is not read back` : 'nothing was sent'
}

const cancelled = (message: string): AckError =>
  new AckError('Cancelled', message, 'run the same command again, which looks first')

/** Gives what was noteworthy. */
const makeSure = async (change: Change, sent: SentCall, execution: Execution): Promise<string | undefined> => {
  for (let attempt = 1; ; attempt += 1) {
    const failure = await callOnce(change, sent, execution)
    if (failure) {
      const isDone = await lookAfter(failure, change, execution)
      if (isDone) {
        sent.found()
        return `no reply came (${failure.message}), but it has been done`
      }
      if (attempt >= ATTEMPTS) throw failure
      continue
    }
    const isDone = await isSoonDone(change, execution)
    if (isDone) return undefined
    if (isDone === undefined) return 'accepted; there was nothing before that reading back could miss now'
    const {left = () => change.target} = change
    throw new AckError(
      'ServiceFailed',
      `${change.call} was accepted, but reading back does not show it: ${left()}`,
      'the service may need more time, or another program may be changing the same: run the command again',
    )
  }
}

/** The failure that leaves open whether it was done; undefined if the call was accepted, whatever failed after that. */
const callOnce = async (change: Change, sent: SentCall, {timeoutMs}: Execution): Promise<AckError | undefined> => {
  try {
    await withinTimeout(change.limitMs ?? timeoutMs, (signal) => change.carryOut(signal, sent.send))
    return undefined
  } catch (error) {
    // What failed after it, such as a look, is looked at again.
    if (AckError.is(error) && sent.isAccepted()) return undefined
    if (isUncertain(error)) return error
    throw error
  }
}

const lookAfter = async (failure: AckError, change: Change, {timeoutMs}: Execution): Promise<boolean | undefined> => {
  try {
    return await withinTimeout(timeoutMs, (signal) => change.isDone(signal))
  } catch (error) {
    if (!AckError.is(error)) throw error
    throw new AckError(
      failure.code,
      `${failure.message}; whether it was done cannot be read: ${error.message}`,
      'run the command again: it looks first, and does only what is left',
    )
  }
}

const isSoonDone = async (change: Change, {timeoutMs, pause}: Execution): Promise<boolean | undefined> => {
  try {
    for (const afterMs of READ_BACK_AFTER_MS) {
      if (afterMs > 0) await pause(afterMs)
      const isDone = await withinTimeout(timeoutMs, (signal) => change.isDone(signal))
      if (isDone !== false) return isDone
    }
    return false
  } catch (error) {
    if (!AckError.is(error)) throw error
    throw rephrased(error, `${change.call} was accepted, but cannot be read back: ${error.message}`)
  }
}

/** The failure, with what is done and what is not. */
const withState = (failure: AckError, steps: readonly Step[]): AckError => {
  const titles = (state: Step['state']): string =>
    steps
      .filter((step) => step.state === state)
      .map(({change}) => change.title)
      .join('; ')
  const failed = steps.filter(({state}) => state === 'failed').map(({change, note}) => `${change.title}: ${note}`)
  const parts = [
    ...(failed.length > 1 ? failed : [[titles('failed'), failure.message].filter(Boolean).join(': ')]),
    ...(titles('done') ? [`done: ${titles('done')}`] : []),
    ...(titles('not done') ? [`not done: ${titles('not done')}`] : []),
  ]
  const isSaid = failure.code === 'Cancelled' || failure.nextStep.includes('run the command again')
  const again = steps.length > 1 && !isSaid ? 'run the command again, which finishes it' : ''
  return rephrased(failure, parts.join('. '), [failure.nextStep, again].filter(Boolean).join('; then '))
}
