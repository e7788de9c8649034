import type {JsonObject} from '../base/json-object.ts'

/** One call that changes something, looked up and checked, and not made yet. */
export interface Change {
  /** What it does, as an order: `Create RAM role r1`. */
  readonly title: string
  /** The action that is called; for Alibaba Cloud also the RAM permission that it takes: `ram:CreateRole`. */
  readonly call: string
  /** What it is done to: `role r1`. */
  readonly target: string
  /** What is sent, for people and programs to read: never a secret. */
  readonly parameters?: JsonObject
  /** A text that it replaces. */
  readonly diff?: TextChange
  /** How long it may take, in milliseconds, where that is more than one call takes: it may wait for other runs. */
  readonly limitMs?: number
  /** What has to be done before, without which it is not tried; every earlier change if absent. */
  readonly needs?: readonly Change[]
  /**
   * Makes the call, once, by `send`: what it reads before and after is not the call.
   *
   * @throws AckError
   */
  carryOut(signal: AbortSignal, send: Send): Promise<void>
  /**
   * Reads whether the state is as it should be; undefined if that cannot be told, since it was so before.
   *
   * @throws AckError
   */
  isDone(signal: AbortSignal): Promise<boolean | undefined>
  /** What is not as it should be, after `isDone` has said so. */
  readonly left?: () => string
}

/**
 * Makes the call that changes something, and notes what became of it: not accepted if it gives false, which means that
 * it was so before.
 */
export type Send = <T>(call: () => Promise<T>) => Promise<T>

/** A text before and after, such as a policy. */
export interface TextChange {
  readonly name: string
  /** Empty for what is new. */
  readonly before: string
  readonly after: string
}

/** Everything that a command is going to do, in its order; nothing to do if there are no changes. */
export interface Plan {
  /** What a person agrees to: `associate role r1 with service account ns1/sa1`. */
  readonly purpose: string
  /** What a person should know before. */
  readonly warnings: readonly string[]
  /** What was found and is going to change, as text with a final newline. */
  readonly findings?: string
  readonly changes: readonly Change[]
}

export type StepState = 'planned' | 'done' | 'failed' | 'not done'

/** What became of a change. */
export interface Step {
  readonly change: Change
  readonly state: StepState
  /** For a failure, and for what was noteworthy. */
  readonly note?: string
  /** Whether a call that changes something was accepted; undefined if that is not known. */
  readonly isChanged: boolean | undefined
}
