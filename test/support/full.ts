/** Whether everything is tried: full crowds, and all random rounds. Not where the program counts: that is slow. */
const IS_FULL = process.env['ACK_RAM_TOOL_TEST_FULL'] === '1'

/** Whether the program counts what runs of it, as scripts/coverage.ts has it: it is longer then than what ships. */
export const IS_COUNTING = process.env['ACK_RAM_TOOL_TEST_COUNTING'] === '1'

/**
 * How many of something a test tries.
 *
 * @param all - when everything is tried
 * @param usually - when a developer waits
 */
export const howMany = (all: number, usually: number): number => (IS_FULL && !IS_COUNTING ? all : usually)
