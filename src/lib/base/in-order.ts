import {limiter} from './limiter.ts'

/**
 * Does something for each item, a few of them at a time, and hands over the results in the order of the items. What is
 * ready before its turn waits, so there is a limit for that, too.
 *
 * @param atOnce - how many are worked on at a time
 * @param ahead - how many may be begun and not handed over yet
 * @throws the first failure
 */
export async function* inOrder<T, R>(
  items: readonly T[],
  {atOnce, ahead}: {readonly atOnce: number; readonly ahead: number},
  run: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const limit = limiter(atOnce)
  const begun: Promise<R>[] = []
  for (let next = 0; next < items.length || begun.length > 0;) {
    for (; next < items.length && begun.length < ahead; next += 1) {
      const item = items[next] as T
      const result = limit(() => run(item))
      // Seen when it is its turn.
      result.catch(() => undefined)
      begun.push(result)
    }
    yield await (begun.shift() as Promise<R>)
  }
}
