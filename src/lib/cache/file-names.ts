/** What follows the key of a value, in the names of the files that belong to it. */
export const SUFFIX = {
  entry: '.json',
  failure: '.failed.json',
  clusters: '.clusters.json',
  lock: '.lock',
  secondLock: '.second.lock',
} as const

/** The file that says how far the services' clocks are off. It is there only while they are. */
export const CLOCK_FILE = 'clock.json'
