import {dirname} from 'node:path'

import {AckError} from '../lib/errors.ts'
import {fail, main as run} from '../run.ts'
import {embeddedOptions} from './embedded-config.ts'
import {EMBEDDED_PLUGINS} from './plugins.ts'

export {fail} from '../run.ts'

/** The whole program, of the commands and hooks that are embedded. */
export const main = async (argv: readonly string[]): Promise<void> => {
  if (argv[0] === 'plugins') return fail(noPlugins(), argv)
  await run(argv, await embeddedOptions(EMBEDDED_PLUGINS, dirname(process.execPath)))
}

// Their files would be imported by path, by an oclif that is not there.
const noPlugins = (): AckError =>
  new AckError(
    'InvalidUsage',
    'a standalone executable cannot load plugins',
    'use the npm package for them: npm install --global ack-ram-tool',
  )
