import {mkdir, readdir} from 'node:fs/promises'
import {join} from 'node:path'

import {expect} from 'chai'

import {carryOut, type Outcome} from '../../../../src/lib/changes/carry-out.ts'
import type {Change} from '../../../../src/lib/changes/plan.ts'
import {planCleanup, type Cleanup} from '../../../../src/lib/use-cases/rbac/plan-cleanup.ts'
import type {Operator} from '../../../../src/lib/use-cases/rbac/reach-cluster.ts'
import {rbacOperator} from '../../../support/rbac-operator.ts'
import {ALICE_ID, GONE_ID, startRbacWorld, user, type RbacWorld} from '../../../support/rbac-world.ts'

describe('planCleanup, carried out', () => {
  let world: RbacWorld
  let operator: Operator

  beforeEach(async () => {
    world = await startRbacWorld()
    operator = rbacOperator(world)
  })
  afterEach(() => world.close())

  const plan = (...ids: readonly string[]): Promise<Cleanup> => {
    const request = {clusterIds: ['c1'], users: {ids}, force: false, privateAddress: false}
    return planCleanup({...request, backupDir: world.home.dir}, operator)
  }
  /** Carries out changes, and does something as soon as a backup is made. */
  const run = (changes: readonly Change[], afterBackup = (): unknown => undefined): Promise<Outcome> =>
    carryOut(
      {purpose: 'try', warnings: [], changes},
      {
        timeoutMs: 20_000,
        report: ({change}) => change.call === 'write files' && afterBackup(),
        pause: () => Promise.resolve(),
      },
    )

  it('takes away no binding that came after the plan, of which there is no backup', async () => {
    const {changes} = (await plan(GONE_ID)).plan
    world.c1.bindCluster('later', user(GONE_ID))
    const {failure} = await run(changes)
    expect(failure?.message).to.contain('has ClusterRoleBinding/-/later in cluster c1 by now')
    expect(failure).to.include({code: 'PreconditionFailed'})
    expect(world.cleaned()).to.deep.equal([])
  })

  it('takes away no binding that came, or got more, after the backup', async () => {
    world.c1.bindCluster('b', user(GONE_ID))
    const cleanup = await plan(GONE_ID)
    const {failure} = await run(cleanup.plan.changes, () => world.c1.bind('ns1', 'later', user(GONE_ID)))
    expect(failure?.message).to.contain('has RoleBinding/ns1/later in cluster c1 by now').and.not.contain('/-/b in')
    expect(failure).to.include({code: 'PreconditionFailed'})
    expect(failure?.nextStep).to.contain('run the command again, which makes one')
    const again = await plan(GONE_ID)
    const [first] = world.c1.store.lists.get('/apis/rbac.authorization.k8s.io/v1/rolebindings') ?? []
    const grown = await run(again.plan.changes, () =>
      Object.assign(first ?? {}, {subjects: [user(GONE_ID), user('7')]}),
    )
    expect(grown.failure?.message).to.contain('has RoleBinding/ns1/later in cluster c1 by now')
    expect(world.cleaned()).to.deep.equal([])
    expect((await run((await plan(GONE_ID)).plan.changes)).failure).to.equal(undefined)
  })

  it('ends the access of two accounts that share a binding, which has less in it for the second one', async () => {
    world.c1.bindCluster('shared', user(GONE_ID), user(ALICE_ID), user('2001'))
    expect((await run((await plan(GONE_ID, ALICE_ID)).plan.changes)).failure).to.equal(undefined)
    expect(world.c1.bindings()).to.deep.equal(['ClusterRoleBinding/-/shared: 2001'])
  })

  it('takes the next name for its backup where another run has taken the first one meanwhile', async () => {
    world.c1.bindCluster('b', user(GONE_ID))
    const {plan: planned, backup} = await plan(GONE_ID)
    const expected = backup?.path() ?? ''
    expect(backup?.isWritten()).to.equal(false)
    await mkdir(expected)
    const {failure, steps} = await run(planned.changes)
    expect(failure).to.equal(undefined)
    expect(steps[0]?.change.title).to.contain(`${expected}-2`)
    expect(backup?.path()).to.equal(`${expected}-2`)
    expect(backup?.isWritten()).to.equal(true)
    expect(await readdir(expected)).to.deep.equal([])
    expect(await readdir(join(`${expected}-2`, 'c1'))).to.have.length(1)
  })

  it('calls no backup its own that it has not written', async () => {
    world.c1.bindCluster('b', user(GONE_ID))
    const {plan: planned, backup} = await plan(GONE_ID)
    await mkdir(backup?.path() ?? '')
    world.c1.api.failNext(1, {status: 403, code: 'Forbidden'}, 'GET /apis')
    const {failure} = await run(planned.changes)
    expect(failure).to.include({code: 'ServiceRefused'})
    expect(backup?.isWritten()).to.equal(false)
  })

  it('says what is left where the service leaves something', async () => {
    world.c1.bindCluster('shared', user(GONE_ID), user('2001'))
    world.c1.access.cleans = 'nothing'
    const pauses: number[] = []
    const {failure, steps} = await carryOut((await plan(GONE_ID)).plan, {
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
