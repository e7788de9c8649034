import {expect} from 'chai'

import {howMany} from '../support/full.ts'
import {cliEnvironment, PROGRAM, type CliResult} from '../support/run-cli.ts'
import {runApart} from '../support/run-apart.ts'
import {GONE_ID, RBAC, startRbacWorld, user, type RbacWorld} from '../support/rbac-world.ts'

describe('rbac scan-user-permissions of many clusters', () => {
  let world: RbacWorld

  afterEach(() => world.close())

  const scan = (...args: readonly string[]): Promise<CliResult> => world.run('scan-user-permissions', ...args)

  it('reads every page of clusters, leaves out those that are gone, and sums up', async () => {
    const ids = Array.from({length: 52}, (_, index) => `c${index + 1}`)
    world = await startRbacWorld({
      clusters: ids,
      sharesApiServer: true,
      listed: ({id}) => (id === 'c2' ? {state: 'deleting'} : id === 'c3' ? {clusterType: 'aliyun'} : {}),
    })
    world.c1.bindCluster('b', user(GONE_ID))
    const {stdout, stderr, exitCode} = await scan('-c', 'all')
    expect(exitCode, stderr).to.equal(0)
    const found = [...stdout.matchAll(/^ClusterId: (\w+)\nUID .*\n2432/gm)].map(([, id]) => id)
    expect(found).to.deep.equal(ids.filter((id) => id !== 'c2' && id !== 'c3'))
    expect(stderr).to.contain('cluster c2 (name of c2): skipped: it is in state deleting')
    expect(stderr).to.contain('50 of 50: cluster c52 (name of c52): 1 permissions')
    expect(stderr).to.contain('clusters: 50 scanned, 0 incomplete, 1 skipped, 0 failed')
  })

  for (const state of ['unavailable', 'waiting', 'delete_failed'])
    it(`fails where it cannot see the bindings of a cluster in state ${state}, and tells what the service knows`, async () => {
      world = await startRbacWorld({clusters: ['c1', 'c2'], listed: ({id}) => (id === 'c2' ? {state} : {})})
      const second = world.clusters.get('c2')
      second?.issue(GONE_ID, {account_state: 'Deleted'})
      expect((await scan('-c', 'all')).exitCode, 'it can be reached all the same').to.equal(0)
      await second?.api.close()
      const {stdout, stderr, exitCode} = await scan('-c', 'all')
      expect(exitCode, stderr).to.equal(5)
      expect(stdout).to.match(/ClusterId: c2\nUID .*\n2432.* could not be read +Unexpired/)
      expect(stderr).to.contain('1 scanned, 1 incomplete, 0 skipped')
    })

  it('fails where the service lists fewer clusters than it counts, with the results of those on stdout', async () => {
    world = await startRbacWorld({
      clusters: ['c1', 'c2'],
      sharesApiServer: true,
      listed: ({id}) => (id === 'c2' ? {hidden: 'counted'} : {}),
    })
    world.c1.bindCluster('b', user(GONE_ID))
    const {stdout, stderr, exitCode} = await scan('-c', 'all')
    expect(exitCode, stderr).to.equal(6)
    expect(stdout).to.match(/^ClusterId: c1\nUID .*\n2432/)
    expect(stderr).to.contain(
      'the scan is not complete: the list of clusters is not complete: the Container Service counts 2 clusters and lists 1',
    )
    world.c1.api.failNext(1, {status: 403, code: 'Forbidden'})
    expect((await scan('-c', 'all')).stderr).to.contain('lists 1; the same or others in 1 more')
  })

  it('lists the clusters of one region alone', async () => {
    world = await startRbacWorld({
      clusters: ['c1', 'c2'],
      sharesApiServer: true,
      listed: ({id}) => (id === 'c2' ? {regionId: 'cn-beijing'} : {}),
    })
    expect((await scan('-c', 'all', '--region-id', 'cn-beijing')).stdout)
      .to.contain('ClusterId: c2')
      .and.not.contain('c1')
  })

  it('tells by the service alone of a cluster without a route, and fails', async () => {
    world = await startRbacWorld({clusters: ['c1', 'c2']})
    for (const cluster of world.clusters.values()) cluster.bindCluster('b', user(GONE_ID))
    world.clusters.get('c2')?.issue(GONE_ID, {account_state: 'Deleted', account_name: 'gone'})
    await world.clusters.get('c2')?.api.close()
    const {stdout, stderr, exitCode} = await scan('-c', 'c1', '-c', 'c2')
    expect(exitCode, stderr).to.equal(5)
    expect(stdout).to.match(/ClusterId: c1\nUID .*\n2432.* ClusterRoleBinding\/-\/b/)
    expect(stdout).to.match(/ClusterId: c2\nUID .*\n2432\d+ \(deleted\) +RamUser +gone +could not be read +Unexpired/)
    expect(stderr).to.match(/cluster c2: could not see bindings: /)
    expect(stderr).to.contain('clusters: 1 scanned, 1 incomplete, 0 skipped, 0 failed')
    const json = JSON.parse((await scan('-c', 'c1', '-c', 'c2', '-o', 'json')).stdout) as object
    expect(json).to.nested.include({
      'clusters[1].result': 'incomplete',
      'summary.incomplete': 1,
      'permissions[1].binding': null,
    })
  })

  it('fails where some cluster fails, with the results of the others on stdout', async () => {
    world = await startRbacWorld({clusters: ['c1', 'c2', 'c3']})
    for (const cluster of world.clusters.values()) cluster.bindCluster('b', user(GONE_ID))
    const {stdout, stderr, exitCode} = await scan('-c', 'c1', '-c', `c${'0'.repeat(32)}`, '-c', 'c3')
    expect(exitCode, stderr).to.equal(4)
    expect([...stdout.matchAll(/^ClusterId: (\w+)$/gm)].map(([, id]) => id)).to.deep.equal(['c1', 'c3'])
    expect(stderr).to.contain('2 scanned, 0 incomplete, 0 skipped, 1 failed')
  })

  it('gives each cluster a deadline of its own', async () => {
    world = await startRbacWorld({clusters: ['c1', 'c2', 'c3']})
    for (const cluster of world.clusters.values()) cluster.bindCluster('b', user(GONE_ID))
    world.clusters.get('c1')?.api.failNext(Number.POSITIVE_INFINITY, 'hang')
    const {stdout, stderr, exitCode} = await scan('-c', 'all', '--timeout', '3s')
    expect(exitCode, stderr).to.equal(5)
    expect(stdout)
      .to.match(/ClusterId: c2\nUID.*\n2432/)
      .and.match(/ClusterId: c3\nUID.*\n2432/)
    expect(stderr).to.contain('2 scanned, 1 incomplete')
  })

  it('scans clusters with thousands of bindings within bounded memory and time', async function () {
    const [clusters, bindings, seconds] = [howMany(200, 8), howMany(2000, 600, 200), howMany(300, 60)]
    this.timeout(2 * seconds * 1000)
    world = await startRbacWorld({
      clusters: Array.from({length: clusters}, (_, index) => `c${index + 1}`),
      sharesApiServer: true,
    })
    // Objects of a real cluster are larger than what is read of them.
    const managedFields = [{manager: 'x'.repeat(2000)}]
    for (let number = 0; number < bindings; number += 1) {
      const put =
        number % 2 === 0 ? world.c1.bindCluster : (name: string, subject: object) => world.c1.bind('ns1', name, subject)
      put(`binding-${number}`, user(`24${String(number).padStart(16, '0')}-1676970192`)).metadata['managedFields'] =
        managedFields
    }
    const startedAt = Date.now()
    const [program, ...before] = PROGRAM
    const args = [...before, 'rbac', 'scan-user-permissions', '-c', 'all', '-A', '-o', 'csv']
    const env = {...cliEnvironment(world.home.dir, world.env), NODE_OPTIONS: '--max-old-space-size=128'}
    const {stdout, stderr, exitCode} = await runApart([program, ...args], env)
    const took = Math.round((Date.now() - startedAt) / 1000)
    expect(exitCode, stderr.slice(-2000)).to.equal(0)
    expect(stdout.trimEnd().split('\n')).to.have.length(clusters * bindings + 1)
    expect(world.c1.api.requests.every(({path}) => path.startsWith(`/apis/${RBAC}`))).to.equal(true)
    expect(took, 'seconds').to.be.lessThan(seconds)
  })
})
