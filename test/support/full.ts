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

/**
 * The rows of a table that a test tries: all of them, but while a developer waits one of each `step`.
 *
 * @param from - the first of them, so that several tables can take turns
 */
export const rowsOf = <Row>(all: readonly Row[], step: number, from = 0): readonly Row[] =>
  all.filter((_, index) => (index + from) % howMany(1, 1, step) === 0)
