/** The system's code for a failure, such as `ENOSPC`. The error's message is not used: it may quote paths and more. */
export const errorCode = (error: unknown): string =>
  (error as NodeJS.ErrnoException | undefined)?.code ?? 'unknown error'
