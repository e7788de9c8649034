/**
 * A time in milliseconds to measure a duration by: the wall clock may be set meanwhile, and to load `performance` takes
 * several milliseconds.
 */
export const monotonicMs = (): number => process.uptime() * 1000
