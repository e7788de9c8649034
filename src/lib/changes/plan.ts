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
  /**
   * Makes the call, once.
   *
   * @throws AckError
   */
  carryOut(signal: AbortSignal): Promise<void>
  /**
   * Reads whether the state is as it should be.
   *
   * @throws AckError
   */
  isDone(signal: AbortSignal): Promise<boolean>
}

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
  readonly changes: readonly Change[]
}

export type StepState = 'planned' | 'done' | 'failed' | 'not done'

/** What became of a change. */
export interface Step {
  readonly change: Change
  readonly state: StepState
  /** For a failure, and for what was noteworthy. */
  readonly note?: string
}
