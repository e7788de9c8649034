import {dirname} from 'node:path'

import {peekLog} from '../../lib/cli/peek-settings.ts'
import {AckError} from '../../lib/base/errors.ts'
import {installedPlugins} from '../../lib/plugins/installed-plugins.ts'
import type {Runtime} from '../../lib/base/runtime.ts'
import {fail, main as run} from '../main.ts'
import {embeddedConfig} from './embedded-config.ts'
import {EMBEDDED_PLUGINS} from './plugins.ts'

export {fail} from '../main.ts'

declare const Bun: {readonly unsafe: {readonly setJITPolicy: (scale: number) => void}}

/** The whole program, of the commands and hooks that are embedded. */
export const main = async (argv: readonly string[], launcher: string, runtime: Runtime): Promise<void> => {
  // It starts with a hundred, as scripts/build-standalone.ts says.
  Bun.unsafe.setJITPolicy(1)
  if (argv[0] === 'plugins' || argv[0]?.startsWith('plugins:')) return fail(noPlugins(), argv, runtime)
  await warnOfPlugins(argv, runtime)
  await run(argv, await embeddedConfig(EMBEDDED_PLUGINS, dirname(launcher)), runtime)
}

// Their files would be imported by path, by an oclif that is not there.
const WHY = 'a standalone executable cannot load plugins'
const WHAT_TO_DO = 'use the npm package for them: npm install --global ack-ram-tool'

const noPlugins = (): AckError => new AckError('InvalidUsage', WHY, WHAT_TO_DO)

const warnOfPlugins = async (argv: readonly string[], runtime: Runtime): Promise<void> => {
  const {plugins} = installedPlugins(runtime)
  if (plugins.length === 0) return
  const log = peekLog(argv, runtime)
  log.warn(`${WHY}, so these are left out: ${plugins.map(({name}) => name).join(', ')}; ${WHAT_TO_DO}`)
  await log.flush()
}
