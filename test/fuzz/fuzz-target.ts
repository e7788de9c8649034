import type {Arbitrary} from 'fast-check'

import type {recordingLog} from '../support/runtime.ts'

/** A part of the program that reads what others have written. Inputs are plain data, so that they can be kept as JSON. */
export interface FuzzTarget<I> {
  readonly name: string
  /** Inputs that are mostly valid. */
  readonly structured: Arbitrary<I>
  /** Inputs whose bytes are changed. */
  readonly seeds: readonly I[]
  /** An input with its texts changed. */
  readonly mutate: (input: I, change: (text: string) => string) => I
  /**
   * Gives an input to the program, and compares what is accepted with an independent reading.
   *
   * @throws AckError as the program does; {@link Mismatch} for what must not be
   */
  readonly run: (input: I, scene: Scene) => Promise<void> | void
}

/** What a run shows to people. */
export interface Scene {
  readonly log: ReturnType<typeof recordingLog>
  /** Texts that are printed, beside the log and the error. */
  readonly shown: string[]
  /** Set where the input has a secret in a place that is shown, such as the name of a profile. */
  hasPublicSecret: boolean
}

/** What was accepted is not what an independent reading says. */
export class Mismatch extends Error {
  override readonly name = 'Mismatch'
}

/**
 * Compares two plain values.
 *
 * @throws Mismatch
 */
export const mustEqual = (actual: unknown, expected: unknown, what: string): void => {
  const [ours, theirs] = [asText(actual), asText(expected)]
  if (ours !== theirs) throw new Mismatch(`${what}: ${ours.slice(0, 400)} is not ${theirs.slice(0, 400)}`)
}

/** @throws Mismatch */
export const must = (isTrue: boolean, what: string): void => {
  if (!isTrue) throw new Mismatch(what)
}

const asText = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? `bigint ${inner}` : inner)) ??
  'undefined'

/** A target whose inputs are one text each. */
export const textTarget = (target: Omit<FuzzTarget<string>, 'mutate'>): FuzzTarget<string> => ({
  ...target,
  mutate: (text, change) => change(text),
})
