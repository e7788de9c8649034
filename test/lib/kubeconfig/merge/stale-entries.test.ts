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

describe('a cluster entry’s information for kubectl', () => {
  const EXEC_NAME = 'client.authentication.k8s.io/exec'
  const idOf = async (extensions: unknown): Promise<string | undefined> => {
    const clusters = [{name: 'a', cluster: {server: 'https://a', extensions}}]
    return ourContexts(await open({contexts: [context('a')], users: [user('a')], clusters}))[0]?.clusterId
  }

  it('is that of the extension with its name, whatever else is in the list', async () => {
    const [other, ours] = [
      {name: 'minikube', extension: {clusterId: 'c9'}},
      {name: EXEC_NAME, extension: {clusterId: 'c1'}},
    ]
    expect(await idOf([null, other, ours])).to.equal('c1')
    for (const none of [null, [], [other], [{name: EXEC_NAME, extension: 'c1'}], [{name: EXEC_NAME}]])
      expect(await idOf(none), JSON.stringify(none)).to.equal(undefined)
  })

  it('is nothing to a context that names no user, or no cluster', async () => {
    const contexts = [
      {name: 'a', context: {cluster: 'undefined'}},
      {name: 'b', context: {user: 'undefined'}},
    ]
    const files = await open({
      contexts,
      users: [user('undefined', '-c', 'c1')],
      clusters: [cluster('undefined', {clusterId: 'c1'})],
    })
    expect(ourContexts(files)).to.deep.equal([])
  })
})

describe('staleEntries', () => {
  /** How each stale context stays current, by file and name. */
  const staying = async (contents: readonly object[], isStale: (name: string) => boolean) => {
    const stale = staleEntries(await open(...contents), [], ({contextName}) => isStale(contextName))
    return stale.flatMap(({kind, name, file, staysCurrent}) =>
      kind === 'contexts' ? [[`${file} ${name}`, staysCurrent]] : [],
    )
  }
  const ofA = {contexts: [context('a')], users: [user('a', '-c', 'c1')], clusters: [cluster('a')]}
  const current = (name: string): object => ({'current-context': name})

  it('leave the name of a context current where another context would take its place', async () => {
    const isA = (name: string): boolean => name === 'a'
    const hides = [['file0 a', 'shadowing']]
    expect(await staying([{...ofA, ...current('a')}, current('b')], isA), 'another is next').to.deep.equal(hides)
    const notHiding = [['file0 a', undefined]]
    expect(await staying([{...ofA, ...current('a')}, {}], isA), 'none is next').to.deep.equal(notHiding)
    expect(await staying([{...ofA, ...current('a')}, current('a')], isA), 'the same is next').to.deep.equal(notHiding)
    expect(await staying([{...ofA, ...current('b')}, current('c')], isA), 'it is not current').to.deep.equal(notHiding)
    const second = {contexts: [context('a', 'b', 'b')], ...current('b')}
    expect(await staying([{...ofA, ...current('a')}, second], isA), 'it is in two files').to.deep.equal(notHiding)
    expect(
      await staying(
        [
          {...ofA, ...current('a')},
          {contexts: [context('a')], ...current('b')},
        ],
        isA,
      ),
      'both',
    ).to.deep.equal([...hides, ['file1 a', 'shadowed']])
  })

  it('leave alone what a context of the same name in another file uses', async () => {
    const first = {contexts: [context('a', 'other', 'other')], users: [{name: 'other', user: {token: 'SECRET'}}]}
    expect(await staying([first, ofA], () => true)).to.deep.equal([['file1 a', 'shadowed']])
    const second = {contexts: [context('a', 'a', 'b')], users: [user('b', '-c', 'c2')]}
    const ofFirst = staleEntries(await open(ofA, second), [], ({clusterId}) => clusterId === 'c1')
    expect(keys(ofFirst)).to.deep.equal(['file0 contexts a', 'file0 users a'])
  })

  it('are also the user and the cluster of a context that is written anew with others', async () => {
    const all = await files()
    const wanted = {
      contextName: 'b',
      entries: [{kind: 'contexts', name: 'b', fields: {cluster: 'x', user: 'y'}}],
    } as const
    expect(keys(staleEntries(all, [wanted], ({contextName}) => contextName === 'a'))).to.deep.equal([
      'file0 contexts a',
      'file1 users a',
      'file1 clusters a',
    ])
  })

  it('are no users and clusters that are not there', async () => {
    const info = {contexts: [context('a', 'none')], users: [user('a', '-c', 'c1')]}
    expect(keys(staleEntries(await open(info), [], () => true))).to.deep.equal(['file0 contexts a', 'file0 users a'])
  })

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
