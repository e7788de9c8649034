/** Whether everything is tried: full crowds, and all random rounds. `.ci/run` wants that. */
const IS_FULL = process.env['ACK_RAM_TOOL_TEST_FULL'] === '1'

/**
 * How many of something a test tries.
 *
 * @param all - when everything is tried
 * @param usually - when a developer waits
 */
export const howMany = (all: number, usually: number): number => (IS_FULL ? all : usually)
