import {expect} from 'chai'

import {serviceClock} from '../../../../src/lib/cache/service-clock.ts'
import {carryOut} from '../../../../src/lib/changes/carry-out.ts'
import {credentialsOf} from '../../../support/credentials-of.ts'
import {staticSource} from '../../../../src/lib/credentials/sources/static-source.ts'
import {readGlobalOptions} from '../../../../src/lib/options/global-options.ts'
import {createTransport} from '../../../../src/lib/transport/transport.ts'
import {planCleanup} from '../../../../src/lib/use-cases/rbac/plan-cleanup.ts'
import type {Operator} from '../../../../src/lib/use-cases/rbac/reach-cluster.ts'
import {CALLER, GONE_ID, startRbacWorld, user, type RbacWorld} from '../../../support/rbac-world.ts'
import {freshNonce, recordingLog, testRuntime} from '../../../support/runtime.ts'

describe('planCleanup, carried out', () => {
  let world: RbacWorld
  let operator: Operator

  beforeEach(async () => {
    world = await startRbacWorld()
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
    }
    const caller = credentialsOf(CALLER)
    const source = staticSource({description: 'a test', identity: [['kind', 'test']]}, CALLER)
    operator = {caller, context, source}
  })
  afterEach(() => world.close())

  it('takes away no binding that came after the plan, of which there is no backup', async () => {
    const request = {clusterIds: ['c1'], users: {ids: [GONE_ID]}, force: false, privateAddress: false}
    const {plan} = await planCleanup({...request, backupDir: world.home.dir}, operator)
    world.c1.bindCluster('later', user(GONE_ID))
    const {failure} = await carryOut(plan, {
      timeoutMs: 20_000,
      report: () => undefined,
      pause: () => Promise.resolve(),
    })
    expect(failure?.message).to.contain('has ClusterRoleBinding/-/later in cluster c1 by now')
    expect(failure).to.include({code: 'PreconditionFailed'})
    expect(world.cleaned()).to.deep.equal([])
  })

  it('says what is left where the service leaves something', async () => {
    world.c1.bindCluster('shared', user(GONE_ID), user('2001'))
    world.c1.access.keepsBindings = true
    const request = {clusterIds: ['c1'], users: {ids: [GONE_ID]}, force: false, privateAddress: false}
    const {plan} = await planCleanup({...request, backupDir: world.home.dir}, operator)
    const pauses: number[] = []
    const {failure, steps} = await carryOut(plan, {
      timeoutMs: 20_000,
      report: () => undefined,
      pause: (milliseconds) => Promise.resolve(pauses.push(milliseconds)),
    })
    expect(steps.map(({state}) => state)).to.deep.equal(['done', 'failed'])
    expect(failure?.message).to.contain(
      `${GONE_ID} (RamUser) still has ClusterRoleBinding/-/shared (subject ${GONE_ID}) in cluster c1`,
    )
    expect(pauses.length).to.be.greaterThan(2)
  })
})
