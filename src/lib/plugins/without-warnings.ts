/**
 * Runs code of oclif without some of the warnings of the process that it emits.
 *
 * @param isUnwanted - asked of everything that `process.emitWarning` is given
 * @throws what `run` throws
 */
export const withoutWarnings = async <T>(
  isUnwanted: (given: unknown) => boolean,
  run: () => Promise<T>,
): Promise<T> => {
  const emitWarning = process.emitWarning.bind(process) as (...given: unknown[]) => void
  const own = Object.getOwnPropertyDescriptor(process, 'emitWarning') ?? {}
  process.emitWarning = (...given: unknown[]) => {
    if (!given.some((each) => isUnwanted(each))) emitWarning(...given)
  }
  try {
    return await run()
  } finally {
    Object.defineProperty(process, 'emitWarning', own)
  }
}
