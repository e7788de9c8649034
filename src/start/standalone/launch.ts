import type {start as startProgram} from '../start.ts'

/**
 * Starts the program inside a standalone executable, in which `bun build --compile` embeds everything that is imported
 * from here.
 *
 * @param start - the light start-up, made ready for Bun
 */
export const launch = async (start: typeof startProgram): Promise<void> => {
  const ending = await start({launcher: process.execPath, loadFull: () => import('./full-program.ts')})
  // To take the process down in good order would take longer than some of what it has done.
  // oxlint-disable-next-line unicorn/no-process-exit
  if (ending) process.exit(ending.exitCode)
}
