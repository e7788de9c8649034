import type {start as startProgram} from '../start.ts'

declare const Bun: {readonly file: (path: string) => {readonly text: () => Promise<string>}}

/**
 * Starts the program inside a standalone executable, in which `bun build --compile` embeds everything that is imported
 * from here.
 *
 * @param start - made ready for Bun
 * @param helpFile - path of the help texts inside the executable
 */
export const launch = async (start: typeof startProgram, helpFile: string): Promise<void> => {
  const ending = await start({
    launcher: process.execPath,
    readHelp: () => Bun.file(helpFile).text(),
    loadFull: async () => {
      const {processRuntime} = await import('../../lib/base/runtime.ts')
      const {asUnknownUser} = await import('../unknown-user.ts')
      return asUnknownUser(processRuntime().homeDir, () => import('./full-program.ts'))
    },
  })
  // To take the process down in good order would take longer than some of what it has done.
  // oxlint-disable-next-line unicorn/no-process-exit
  if (ending) process.exit(ending.exitCode)
}
