import {AckError} from '../base/errors.ts'

/** How good or bad a finding is; `skipped` is what was not looked at. */
export type Level = 'ok' | 'skipped' | 'warning' | 'problem'

/** One line of a diagnosis: no secret, and no more of an AccessKey ID than tells it from others. */
export interface Finding {
  readonly level: Level
  readonly text: string
  /** What to do about it; empty where there is nothing to do. */
  readonly remedy: string
}

/** Findings about one subject. */
export interface FindingGroup {
  readonly name: string
  readonly findings: readonly Finding[]
}

/** What is in order. */
export const ok = (text: string): Finding => ({level: 'ok', text, remedy: ''})
/** What was not looked at, and why. */
export const skipped = (text: string): Finding => ({level: 'skipped', text, remedy: ''})
/** What may do harm, and what to do about it. */
export const warning = (text: string, remedy: string): Finding => ({level: 'warning', text, remedy})
/** What keeps something from working, and what to do about it. */
export const problem = (text: string, remedy: string): Finding => ({level: 'problem', text, remedy})

/**
 * A failure as a problem.
 *
 * @throws the error itself if it is no `AckError`: then it is a bug
 */
export const problemOf = (error: unknown, about = ''): Finding => {
  if (!AckError.is(error)) throw error
  return problem(`${about}${error.message} (${error.code})`, error.nextStep)
}

/** Enough of an AccessKey ID to tell it from others. */
export const shortId = (accessKeyId: string): string =>
  accessKeyId.length <= 12 ? accessKeyId : `${accessKeyId.slice(0, 8)}…${accessKeyId.slice(-3)}`
