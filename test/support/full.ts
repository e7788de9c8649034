/** How much is tried of crowds, faults and random rounds: `all` in long proofs, `usual` in CI, else a few. */
const ROUNDS = process.env['ACK_RAM_TOOL_TEST_ROUNDS']

/**
 * How many of something a test tries.
 *
 * @param all - when everything is tried
 * @param usually - in CI
 * @param few - while a developer waits
 */
export const howMany = (all: number, usually: number, few = usually): number => {
  if (ROUNDS === 'all') return all
  return ROUNDS === 'usual' ? usually : few
}
