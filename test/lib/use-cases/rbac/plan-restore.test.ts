import {expect} from 'chai'

import type {JsonObject} from '../../../../src/lib/base/json-object.ts'
import {carryOut, type Outcome} from '../../../../src/lib/changes/carry-out.ts'
import {planRestore} from '../../../../src/lib/use-cases/rbac/plan-restore.ts'
import {rbacOperator} from '../../../support/rbac-operator.ts'
import {ALICE_ID, GONE_ID, RBAC, startRbacWorld, user, type RbacWorld} from '../../../support/rbac-world.ts'

const PATCH = `PATCH /apis/${RBAC}/v1/clusterrolebindings`

describe('planRestore, carried out', () => {
  let world: RbacWorld

  beforeEach(async () => {
    world = await startRbacWorld()
  })
  afterEach(() => world.close())

  /** Restores binding b of the account that is gone; something else happens between plan and call. */
  const restore = async (meanwhile = (): unknown => undefined): Promise<Outcome> => {
    const binding = {
      apiVersion: `${RBAC}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: {name: 'b'},
      roleRef: {apiGroup: RBAC, kind: 'ClusterRole', name: 'cs:admin'},
      subjects: [user(GONE_ID) as JsonObject],
    }
    const backup = [{clusterId: 'c1', bindings: [binding]}]
    const {plan} = await planRestore(backup, {privateAddress: false}, rbacOperator(world))
    meanwhile()
    return carryOut(plan, {timeoutMs: 20_000, report: () => undefined, pause: () => Promise.resolve()})
  }
  const patches = (): number => world.c1.api.requests.filter(({method}) => method === 'PATCH').length

  it('finds out what a lost reply to a patch has come to, and sends it once', async () => {
    world.c1.bindCluster('b', user(ALICE_ID))
    world.c1.api.failNext(1, 'lost reply', PATCH)
    const {failure, steps} = await restore()
    expect(failure).to.equal(undefined)
    expect(steps[0]?.note).to.contain('but it has been done')
    expect(patches()).to.equal(1)
    expect(world.c1.bindings()).to.deep.equal([`ClusterRoleBinding/-/b: ${ALICE_ID}, ${GONE_ID}`])
  })

  it('is done where another run has restored the same meanwhile', async () => {
    expect((await restore(() => world.c1.bindCluster('b', user(GONE_ID)))).failure).to.equal(undefined)
    world.c1.store.lists.clear()
    const binding = world.c1.bindCluster('b', user(ALICE_ID))
    const {failure} = await restore(() => {
      Object.assign(binding, {subjects: [user(ALICE_ID), user(GONE_ID)]})
      binding.metadata['resourceVersion'] = '8'
    })
    expect(failure).to.equal(undefined)
    expect(world.c1.bindings()).to.deep.equal([`ClusterRoleBinding/-/b: ${ALICE_ID}, ${GONE_ID}`])
  })

  it('is not done where something else was made or changed meanwhile, and overwrites nothing', async () => {
    const other = await restore(() => {
      world.c1.bindCluster('b', user(GONE_ID))['roleRef'] = {apiGroup: RBAC, kind: 'ClusterRole', name: 'view'}
    })
    expect(other.failure?.message).to.contain('AlreadyExists')
    expect(other.failure?.nextStep).to.contain('run the command again')
    world.c1.store.lists.clear()
    const binding = world.c1.bindCluster('b', user(ALICE_ID))
    const {failure} = await restore(() => {
      Object.assign(binding, {subjects: [user('2001')]})
      binding.metadata['resourceVersion'] = '8'
    })
    expect(failure?.message).to.contain('Conflict')
    expect(world.c1.bindings()).to.deep.equal(['ClusterRoleBinding/-/b: 2001'])
  })
})
