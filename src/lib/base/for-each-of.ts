import {limiter} from './limiter.ts'

/**
 * Does something for each item, for a few of them at a time.
 *
 * @param atOnce - how many
 * @returns the results in the order of the items
 * @throws the first failure
 */
export const forEachOf = <T, R>(
  items: readonly T[],
  atOnce: number,
  run: (item: T) => Promise<R>,
): Promise<readonly R[]> => {
  const limit = limiter(atOnce)
  return Promise.all(items.map((item) => limit(() => run(item))))
}
