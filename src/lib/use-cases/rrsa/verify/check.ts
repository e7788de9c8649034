import {AckError} from '../../../base/errors.ts'
import type {Typed} from '../../../options/suggested-command.ts'
import {switchCommand} from '../../../rrsa/rrsa-state.ts'

/** One thing that has to be right for a pod to get its role. */
export interface CheckResult {
  readonly name: string
  /** `skip` where it could not be looked at. */
  readonly status: 'pass' | 'fail' | 'skip'
  readonly why: string
  /** What mends a failure: a command where there is one. */
  readonly mend?: string
}

/** A check that has passed: `why` says what was seen. */
export const pass = (name: string, why: string): CheckResult => ({name, status: 'pass', why})

/** A check that has failed: `why` says what was seen, `mend` what mends it. */
export const fail = (name: string, why: string, mend: string): CheckResult => ({name, status: 'fail', why, mend})

/** A check that could not be made: `why` says what was in the way, `mend` what would help. */
export const skip = (name: string, why: string, mend?: string): CheckResult => ({
  name,
  status: 'skip',
  why,
  ...(mend === undefined ? {} : {mend}),
})

/** To switch RRSA off and on again. */
export const switchAnew = (clusterId: string, run: Typed): string =>
  `run \`${switchCommand('disable', clusterId, run)}\`, then \`${switchCommand('enable', clusterId, run)}\``

/** A check whose calls may fail: what is forbidden or out of reach is skipped, and says so. */
export const orSkipped = async (
  name: string,
  check: () => Promise<CheckResult | readonly CheckResult[]>,
): Promise<readonly CheckResult[]> => {
  try {
    return [await check()].flat()
  } catch (error) {
    if (!AckError.is(error)) throw error
    return [skip(name, error.message, error.nextStep)]
  }
}
