import {serviceClock} from '../../src/lib/cache/service-clock.ts'
import {staticSource} from '../../src/lib/credentials/sources/static-source.ts'
import {readGlobalOptions} from '../../src/lib/options/global-options.ts'
import {createTransport} from '../../src/lib/transport/transport.ts'
import type {Operator} from '../../src/lib/use-cases/rbac/reach-cluster.ts'
import {credentialsOf} from './credentials-of.ts'
import {CALLER, type RbacWorld} from './rbac-world.ts'
import {freshNonce, recordingLog, testRuntime} from './runtime.ts'

/** The caller of a world of rbac, for use cases that are called without the program around them. */
export const rbacOperator = (world: RbacWorld): Operator => {
  const log = recordingLog()
  const runtime = testRuntime({nonce: freshNonce, now: () => new Date(), homeDir: world.home.dir})
  const transport = createTransport({runtime, log, pause: () => Promise.resolve()})
  const flags = {
    'cs-endpoint': world.cs.endpoint,
    'ram-endpoint': world.ram.endpoint,
    'sts-endpoint': world.sts.endpoint,
  }
  const context = {
    runtime,
    clock: serviceClock(runtime),
    log,
    transport,
    options: readGlobalOptions({flags, execInfo: {}, env: {}}),
    flags,
  }
  const source = staticSource({description: 'a test', identity: [['kind', 'test']]}, CALLER)
  return {caller: credentialsOf(CALLER), context, source}
}
