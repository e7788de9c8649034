import {expect} from 'chai'
import {stringify} from 'yaml'

import {openKubeconfig} from '../../../../src/lib/kubeconfig/document/editable-kubeconfig.ts'
import {planMerge, type OpenKubeconfig} from '../../../../src/lib/kubeconfig/merge/merge-plan.ts'
import {ourContexts, staleEntries} from '../../../../src/lib/kubeconfig/merge/stale-entries.ts'

const user = (name: string, ...args: readonly string[]): object => ({
  name,
  user: {exec: {command: 'ack-ram-tool', args: ['credential-plugin', 'get-token', ...args]}},
})
const context = (name: string, cluster: unknown = name, ofUser: unknown = name): object => ({
  name,
  context: {cluster, user: ofUser},
})
const cluster = (name: string, extension?: object): object => ({
  name,
  cluster: {
    server: `https://${name}`,
    ...(extension ? {extensions: [{name: 'client.authentication.k8s.io/exec', extension}]} : {}),
  },
})
const open = async (...contents: readonly object[]): Promise<readonly OpenKubeconfig[]> =>
  Promise.all(
    contents.map(async (content, index) => {
      const [path, text] = [`file${index}`, stringify(content)]
      return {path, exists: true, text, config: await openKubeconfig(text, path)}
    }),
  )
const keys = (entries: ReturnType<typeof staleEntries>): readonly string[] =>
  entries.map(({file, kind, name}) => `${file} ${kind} ${name}`)

describe('ourContexts', () => {
  it('finds those whose user is ours, with cluster and region of either entry, and no others', async () => {
    const files = await open({
      contexts: [context('a'), context('b', 'b', 'shared'), context('theirs'), context('none'), {name: 'empty'}],
      clusters: [cluster('a'), cluster('b', {clusterId: 'c2', regionId: 'r2'}), cluster('theirs')],
      users: [user('a', '-c', 'c1', '--region-id', 'r1'), user('shared'), {name: 'theirs', user: {token: 'SECRET'}}],
    })
    expect(
      ourContexts(files).map(({contextName, userName, clusterId, region}) => [
        contextName,
        userName,
        clusterId,
        region,
      ]),
    ).to.deep.equal([
      ['a', 'a', 'c1', 'r1'],
      ['b', 'shared', 'c2', 'r2'],
    ])
  })

  it('takes a user of ours whose cluster nobody names for nothing', async () => {
    expect(
      ourContexts(await open({contexts: [context('a')], users: [user('a')], clusters: [cluster('a', {})]})),
    ).to.deep.equal([])
  })
})

describe('staleEntries', () => {
  const files = () =>
    open(
      {contexts: [context('a'), context('b', 'b', 'a')], 'current-context': 'a'},
      {users: [user('a', '-c', 'c1')], clusters: [cluster('a'), cluster('b')]},
    )

  it('are the context, and user and cluster where they are, but for what another context or a new one uses', async () => {
    const all = await files()
    expect(keys(staleEntries(all, [], () => true))).to.deep.equal([
      'file0 contexts a',
      'file1 users a',
      'file1 clusters a',
      'file0 contexts b',
      'file1 clusters b',
    ])
    expect(keys(staleEntries(all, [], ({contextName}) => contextName === 'b'))).to.deep.equal([
      'file0 contexts b',
      'file1 clusters b',
    ])
    const wanted = {contextName: 'x', entries: [{kind: 'users', name: 'a', fields: {}}]} as const
    expect(keys(staleEntries(all, [wanted], ({contextName}) => contextName === 'a'))).to.deep.equal([
      'file0 contexts a',
      'file1 clusters a',
    ])
    expect(staleEntries(all, [], () => false)).to.deep.equal([])
  })

  it('are removed from each file that has them, with the current context that is gone, and only that', async () => {
    const all = await files()
    const stale = staleEntries(all, [], ({contextName}) => contextName === 'a')
    const plans = planMerge(all, [], undefined, stale)
    expect(plans.map(({file, changes}) => [file.path, changes])).to.deep.equal([
      ['file0', {entries: [], removals: [{kind: 'contexts', name: 'a'}], currentContext: ''}],
      ['file1', {entries: [], removals: [{kind: 'clusters', name: 'a'}]}],
    ])
    // Named as current in one file, and removed from another.
    const apart = await open({'current-context': 'a'}, {contexts: [context('a')], users: [user('a', '-c', 'c1')]}, {})
    const ofApart = planMerge(
      apart,
      [],
      undefined,
      staleEntries(apart, [], () => true),
    )
    expect(ofApart.map(({file, changes}) => [file.path, changes.currentContext])).to.deep.equal([
      ['file0', ''],
      ['file1', undefined],
    ])
    expect(planMerge(all, [], undefined, [])).to.deep.equal([])
  })
})
