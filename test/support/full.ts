/** How much is tried of crowds, faults and random rounds: `all` in long proofs, `usual` in CI, else a few. */
const ROUNDS = process.env['ACK_RAM_TOOL_TEST_ROUNDS']

/** Whether the program counts what runs of it, as scripts/coverage.ts has it: it is longer then than what ships. */
export const IS_COUNTING = process.env['ACK_RAM_TOOL_TEST_COUNTING'] === '1'

/**
 * How many of something a test tries.
 *
 * @param all - when everything is tried; not where the program counts, which is slow
 * @param usually - in CI
 * @param few - while a developer waits
 */
export const howMany = (all: number, usually: number, few = usually): number => {
  if (ROUNDS === 'all') return IS_COUNTING ? usually : all
  return ROUNDS === 'usual' ? usually : few
}
