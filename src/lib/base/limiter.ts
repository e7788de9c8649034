/** Lets no more than `atOnce` run at a time. */
export const limiter = (atOnce: number): (<R>(run: () => Promise<R>) => Promise<R>) => {
  const waiting: (() => void)[] = []
  let running = 0
  return async (run) => {
    if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve))
    else running += 1
    try {
      return await run()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running -= 1
    }
  }
}
