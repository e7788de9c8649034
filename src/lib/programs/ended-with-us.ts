import {TERMINATION_SIGNALS} from '../base/termination-signals.ts'

/** How many runs listen at present. */
let listening = 0

/**
 * Runs something, such as a program, that has to end when a signal ends this process: only a terminal sends Ctrl-C to both.
 * The process then ends by that signal, unless something else that listened before decides otherwise.
 *
 * @param stop - ends it; called once at most
 * @throws what `run` throws
 */
export const endedWithUs = async <T>(stop: (signal: NodeJS.Signals) => void, run: () => Promise<T>): Promise<T> => {
  const own = new Set<string>(TERMINATION_SIGNALS.filter((signal) => process.listenerCount(signal) === listening))
  const end = (signal: NodeJS.Signals): void => {
    release()
    stop(signal)
    if (own.has(signal)) process.kill(process.pid, signal)
  }
  let isReleased = false
  const release = (): void => {
    if (isReleased) return
    isReleased = true
    listening -= 1
    for (const signal of TERMINATION_SIGNALS) process.off(signal, end)
  }
  listening += 1
  for (const signal of TERMINATION_SIGNALS) process.on(signal, end)
  try {
    return await run()
  } finally {
    release()
  }
}
