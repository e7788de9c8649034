/** Inputs that one process tries, from one number to another. */
export interface Order {
  readonly target: string
  readonly seed: number
  readonly from: number
  readonly to: number
  /** Whether each input is told before it is tried: one that never ends is known then. */
  readonly isCareful: boolean
}

/** An input that must not be as it is. */
export interface Found {
  readonly number: number
  readonly input: unknown
  readonly fault: string
}

export type Report =
  /** This input is next. */
  | {readonly at: number}
  | {readonly found: Found}
  | {
      readonly done: {
        readonly inputs: number
        readonly slowestMs: number
        readonly slowest: number
        readonly peakBytes: number
      }
    }
