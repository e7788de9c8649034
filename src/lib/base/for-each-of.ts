/**
 * Does something for each item, for a few of them at a time.
 *
 * @param atOnce - how many
 * @returns the results in the order of the items
 * @throws the first failure
 */
export const forEachOf = async <T, R>(
  items: readonly T[],
  atOnce: number,
  run: (item: T) => Promise<R>,
): Promise<readonly R[]> => {
  const results: R[] = []
  const queue = [...items.entries()]
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [index, item] = next
      results[index] = await run(item)
    }
  }
  await Promise.all(Array.from({length: Math.min(atOnce, items.length)}, worker))
  return results
}
