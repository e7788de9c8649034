import {anyExists} from '../base/files/any-exists.ts'
import {pathBelow} from '../base/files/path-below.ts'
import type {Runtime} from '../base/runtime.ts'
import {CLOCK_FILE} from './file-names.ts'
import {placesFor} from './private-dir.ts'

/** The clock of the services that this run calls, by which they judge tokens and the end of sessions. */
export interface ServiceClock {
  /** How far it is ahead of this machine's, in milliseconds: whole seconds, 0 unless an answer has shown otherwise. */
  offsetMs: number
  readonly now: () => Date
  /** Takes in what other processes have learned meanwhile. */
  readonly correct: () => Promise<void>
}

/** A clock that is taken for right until an answer shows otherwise. */
export const serviceClock = ({now}: Pick<Runtime, 'now'>, correct = async (): Promise<void> => {}): ServiceClock => {
  const clock = {offsetMs: 0, now: () => new Date(now().getTime() + clock.offsetMs), correct}
  return clock
}

/** Whether something is kept about clocks that are off, in a cache directory. All runs with a right clock pay for this. */
export const hasClockFile = (dir: string | undefined): boolean =>
  dir !== undefined && anyExists(placesFor(dir).map((place) => pathBelow(place, CLOCK_FILE)))
