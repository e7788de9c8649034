import {dirname} from 'node:path'

import {earlyRunSettings} from '../../lib/cli/run-settings.ts'
import {AckError} from '../../lib/base/errors.ts'
import {fail, main as run} from '../main.ts'
import type {Start} from '../start.ts'
import {embeddedConfig} from './embedded-config.ts'
import {EMBEDDED_PLUGINS} from './plugins.ts'

declare const Bun: {readonly unsafe: {readonly setJITPolicy: (scale: number) => void}}

/** The whole program, of the commands and hooks that are embedded. */
export const main = async (start: Start): Promise<void> => {
  // It starts with a hundred, as scripts/build-standalone.ts says.
  Bun.unsafe.setJITPolicy(1)
  const [first] = start.argv
  if (first === 'plugins' || first?.startsWith('plugins:')) return fail(noPlugins(), start)
  await warnOfSkippedPlugins(start)
  await run(start, await embeddedConfig(EMBEDDED_PLUGINS, dirname(process.execPath), start.runtime.homeDir))
}

// Their files would be imported by path, by an oclif that is not there.
const WHY = 'a standalone executable cannot load plugins'
const WHAT_TO_DO = 'use the npm package of ack-ram-tool for them'

const noPlugins = (): AckError =>
  new AckError(
    'InvalidUsage',
    'a standalone executable cannot install, list or run plugins; all other commands work',
    WHAT_TO_DO,
  )

const warnOfSkippedPlugins = async ({line, runtime, plugins: {plugins}}: Start): Promise<void> => {
  if (plugins.length === 0) return
  const {log} = earlyRunSettings(line, runtime)
  log.warn(`${WHY}; skipped: ${plugins.map(({name}) => name).join(', ')}; ${WHAT_TO_DO}`)
  await log.flush()
}
