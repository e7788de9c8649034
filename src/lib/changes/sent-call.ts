import {AckError, wasThrottled} from '../base/errors.ts'
import type {Send} from './plan.ts'

/** What became of the calls that a change has sent. */
export interface SentCall {
  readonly send: Send
  /** Whether one was accepted: not if none was sent, or all were refused; undefined if that is not known. */
  readonly isAccepted: () => boolean | undefined
  /** Notes that reading back shows what a lost reply would have said. */
  readonly found: () => void
}

/** Watches what a change sends. Nothing is sent any more once it is interrupted. */
export const watchCalls = (interrupted: AbortSignal | undefined): SentCall => {
  let isAccepted: boolean | undefined = false
  const note = (now: boolean | undefined): void => {
    isAccepted = isAccepted === true ? true : now
  }
  return {
    send: async (call) => {
      interrupted?.throwIfAborted()
      const before = isAccepted
      note(undefined)
      try {
        const answer = await call()
        note(answer === false ? before : true)
        return answer
      } catch (error) {
        if (AckError.is(error) && !isUncertain(error)) note(before)
        throw error
      }
    },
    isAccepted: () => isAccepted,
    found: () => {
      if (isAccepted === undefined) isAccepted = true
    },
  }
}

/** Whether a failure leaves open if the call was carried out. */
export const isUncertain = (error: unknown): error is AckError =>
  AckError.is(error) &&
  !wasThrottled(error) &&
  ['NetworkFailed', 'DeadlineExceeded', 'ServiceFailed'].includes(error.code)
