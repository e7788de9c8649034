import {dirname} from 'node:path'

import {AckError} from '../lib/errors.ts'
import type {Installation, start as startProgram} from '../start.ts'

/**
 * Starts the program inside a standalone executable, in which `bun build --compile` embeds everything that is imported
 * from here.
 *
 * @param start - the light start-up, made ready for Bun
 */
export const launch = async (start: typeof startProgram): Promise<void> => {
  const isAnswered = await start({launcher: process.execPath, loadFull})
  // To take the process down in good order would take longer than some of what it has done.
  // oxlint-disable-next-line unicorn/no-process-exit
  if (isAnswered) process.exit()
}

const loadFull: Installation['loadFull'] = async () => {
  const {fail, main} = await import('../run.ts')
  return {
    fail,
    main: async (argv) => {
      if (argv[0] === 'plugins') return fail(noPlugins(), argv)
      const [{embeddedOptions}, {EMBEDDED_PLUGINS}] = await Promise.all([
        import('./embedded-config.ts'),
        import('./plugins.ts'),
      ])
      await main(argv, await embeddedOptions(EMBEDDED_PLUGINS, dirname(process.execPath)))
    },
  }
}

// Their files would be imported by path, by an oclif that is not there.
const noPlugins = (): AckError =>
  new AckError(
    'InvalidUsage',
    'a standalone executable cannot load plugins',
    'use the npm package for them: npm install --global ack-ram-tool',
  )
