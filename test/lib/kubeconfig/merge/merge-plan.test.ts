import {expect} from 'chai'
import {stringify} from 'yaml'

import {openKubeconfig} from '../../../../src/lib/kubeconfig/document/editable-kubeconfig.ts'
import {planMerge, type FilePlan, type OpenKubeconfig} from '../../../../src/lib/kubeconfig/merge/merge-plan.ts'
import {installHint} from '../../../../src/lib/kubeconfig/entries/exec-entry.ts'
import type {DesiredCluster} from '../../../../src/lib/kubeconfig/entries/desired-entries.ts'

const EXEC = {command: 'ack-ram-tool', args: ['credential-plugin', 'get-token', '--cluster-id', 'c1']}
const WANTED: DesiredCluster = {
  contextName: 'x',
  entries: [
    {kind: 'contexts', name: 'x', fields: {cluster: 'c1', user: 'u'}},
    {kind: 'clusters', name: 'c1', fields: {server: 'https://1.1.1.1:6443', 'certificate-authority-data': 'Y2E='}},
    {kind: 'users', name: 'u', fields: {exec: EXEC}},
  ],
}
const context = (cluster: string, user: string): object => ({contexts: [{name: 'x', context: {cluster, user}}]})
const cluster = (fields: object): object => ({clusters: [{name: 'c1', cluster: fields}]})
const user = (fields: object): object => ({users: [{name: 'u', user: fields}]})

const file = async (path: string, content: object): Promise<OpenKubeconfig> => {
  const text = stringify(content)
  return {path, exists: true, text, config: await openKubeconfig(text, path)}
}
const plan = async (...contents: readonly object[]): Promise<readonly FilePlan[]> => {
  const files = await Promise.all(contents.map((content, index) => file(`file${index}`, content)))
  return planMerge(files, [WANTED], 'x')
}
const conflicts = async (content: object): Promise<readonly string[]> =>
  (await plan(content)).flatMap((planned) => planned.conflicts)

describe('planMerge', () => {
  it('puts everything new into the first file, and the current context', async () => {
    const [first, ...others] = await plan({}, {})
    expect(others).to.deep.equal([])
    expect(first?.file.path).to.equal('file0')
    expect(first?.conflicts).to.deep.equal([])
    expect(first?.changes.currentContext).to.equal('x')
    expect(first?.changes.entries.map(({kind, name}) => `${kind} ${name}`)).to.deep.equal([
      'contexts x',
      'clusters c1',
      'users u',
    ])
  })

  it('puts it where one of its entries is', async () => {
    const [only, ...others] = await plan({}, context('c1', 'u'), user({exec: EXEC}))
    expect(only?.file.path).to.equal('file1')
    expect(only?.changes.entries.map(({kind}) => kind)).to.deep.equal(['contexts', 'clusters'])
    expect(others.map(({file}) => file.path)).to.deep.equal(['file2'])
  })

  it('replaces an entry in the first file that has it, the one that counts for kubectl', async () => {
    const plans = await plan(user({token: 'SECRET'}), {...context('c1', 'u'), ...user({exec: EXEC})})
    expect(plans.map(({file, changes}) => [file.path, changes.entries.map(({kind}) => kind)])).to.deep.equal([
      ['file0', ['clusters', 'users']],
      ['file1', ['contexts']],
    ])
  })

  it('switches the context where it counts for kubectl, in as few files as that takes', async () => {
    const switched = async (...contents: readonly object[]): Promise<readonly (string | undefined)[]> =>
      (await plan(...contents)).flatMap(({file, changes}) => (changes.currentContext ? [file.path] : []))
    const [own, other] = [context('c1', 'u'), {'current-context': 'other'}]
    expect(await switched(own, other), 'before the one that names one').to.deep.equal(['file0'])
    expect(await switched({}, other), 'into an empty file').to.deep.equal(['file0'])
    expect(await switched(other, own, {'current-context': 'third'}), 'after it').to.deep.equal(['file0'])
    expect(await switched({}, {...own, ...other}), 'in the same').to.deep.equal(['file1'])
    expect(await switched(own, {'current-context': 'x'}), 'as it is').to.deep.equal([])
    expect((await plan({...context('c1', 'u'), 'current-context': 'x'}))[0]?.changes).not.to.have.property(
      'currentContext',
    )
  })

  it('finds nothing that points elsewhere where all is the same but what has no say', async () => {
    const same = {
      ...context('c1', 'u'),
      ...cluster({server: 'https://1.1.1.1:6443', 'certificate-authority-data': 'b2xk', 'proxy-url': 'http://p'}),
      ...user({exec: {...EXEC, command: '/opt/ack-ram-tool', args: [...EXEC.args, '--log-level', 'error']}}),
    }
    expect(await conflicts(same)).to.deep.equal([])
  })

  it('says where entries point that point elsewhere', async () => {
    expect(await conflicts(context('other', 'u'))).to.deep.equal([
      'context "x" in file0 uses cluster "other"; replace by cluster "c1"',
    ])
    expect(await conflicts(cluster({server: 'https://SECRET:SECRET@2.2.2.2/SECRET'}))).to.deep.equal([
      'cluster "c1" in file0 points to 2.2.2.2; replace by 1.1.1.1:6443',
    ])
    expect(await conflicts(cluster({}))).to.deep.equal([
      'cluster "c1" in file0 points to no server; replace by 1.1.1.1:6443',
    ])
    expect(await conflicts(user({token: 'SECRET'}))).to.deep.equal([
      'user "u" in file0 uses other credentials (token); replace by those of ack-ram-tool',
    ])
    const args = ['credential-plugin', 'get-token']
    expect(await conflicts(user({exec: {args: [...args, '-c', 'c2']}}))).to.deep.equal([
      'user "u" in file0 is for cluster c2; replace by cluster c1',
    ])
    expect(await conflicts(user({exec: {args}}))).to.deep.equal([
      'user "u" in file0 is for any cluster; replace by cluster c1',
    ])
    expect(await conflicts(user({exec: {args: [...args, '-c', 'c1', '--profile-name', 'p']}}))).to.deep.equal([
      'user "u" in file0 uses profile p; replace by no profile',
    ])
    const secret = [...EXEC.args, '--role-external-id', 'SECRET', '--my-token', 'SECRET', '--no-cache']
    expect(await conflicts({...context('c1', 'u'), ...user({exec: {args: secret}})})).to.deep.equal([
      'context "x" (user "u" in file0) uses external ID *** and --my-token *** and --no-cache; replace by no external ID and no --my-token and no --no-cache',
    ])
  })

  it('says of a context with another user how the two differ', async () => {
    const users = [
      {name: 'a', user: {token: 'SECRET'}},
      {name: 'v', user: {exec: {args: [...EXEC.args, '--profile-name', 'dev']}}},
    ]
    expect(await conflicts({...context('c1', 'v'), users})).to.deep.equal([
      'context "x" in file0 uses profile dev; replace by no profile (it uses user "v"; replace by user "u")',
    ])
    expect(await conflicts(context('c1', 'v'))).to.deep.equal([
      'context "x" in file0 uses user "v"; replace by user "u"',
    ])
  })

  it('names an entry by the context that uses it only where that is a user of another name', async () => {
    const named = async (wantedContext: string): Promise<readonly string[]> => {
      const entries = [
        {kind: 'contexts', name: wantedContext, fields: {cluster: 'm', user: 'm'}},
        {kind: 'clusters', name: 'm', fields: {server: 'https://1.1.1.1'}},
        {kind: 'users', name: 'm', fields: {exec: EXEC}},
      ] as const
      const content = {
        contexts: [{name: wantedContext, context: {cluster: 'm', user: 'm'}}],
        clusters: [{name: 'm', cluster: {server: 'https://2.2.2.2'}}],
        users: [{name: 'm', user: {token: 'SECRET'}}],
      }
      const [planned] = planMerge([await file('f', content)], [{contextName: wantedContext, entries}], undefined)
      return (planned?.conflicts ?? []).map((conflict) => conflict.replace(/ (?:points|uses) .*$/, ''))
    }
    expect(await named('x')).to.deep.equal(['cluster "m" in f', 'context "x" (user "m" in f)'])
    expect(await named('m')).to.deep.equal(['cluster "m" in f', 'user "m" in f'])
  })

  it('says which entries are not yet as they should be', async () => {
    const changed = async (content: object): Promise<readonly string[]> => [
      ...((await plan(content))[0]?.changed ?? []),
    ]
    const right = {server: 'https://1.1.1.1:6443', 'certificate-authority-data': 'Y2E='}
    const all = {...context('c1', 'u'), ...cluster({...right, 'proxy-url': 'http://p'}), ...user({exec: EXEC})}
    expect(await changed(all)).to.deep.equal([])
    expect(await changed({...all, ...user({exec: EXEC, token: 'SECRET'})})).to.deep.equal(['users u'])
    expect(await changed({...all, ...cluster({...right, server: 'https://2.2.2.2'})})).to.deep.equal(['clusters c1'])
    expect(await changed({...all, clusters: []})).to.deep.equal(['clusters c1'])
  })

  it('says what kubectl will start, and what it starts now where that is ours', async () => {
    const commands = async (exec: object): Promise<unknown> => (await plan(user({exec})))[0]?.commands
    const [args, command] = [EXEC.args, 'ack-ram-tool']
    expect(await commands({args, command: '/opt/a'})).to.deep.equal([
      {user: 'u', before: '/opt/a', command: '/opt/a', args},
    ])
    for (const exec of [{args}, {args, command: ''}, {command: 'aws', args: ['eks']}])
      expect(await commands(exec)).to.deep.equal([{user: 'u', before: undefined, command, args}])
    const none = {contextName: 'x', entries: [{kind: 'users', name: 'u', fields: {exec: {args}}}]} as const
    expect(planMerge([await file('f', {})], [none], undefined)[0]?.commands).to.deep.equal([])
  })

  it('takes out of a file only what was found in it and is as it was, and keeps the current context else', async () => {
    const content = {...context('c1', 'u'), 'current-context': 'x'}
    const files = [await file('file0', content), await file('file1', content)]
    const stale = {kind: 'contexts', name: 'x', file: 'file0', fields: {cluster: 'c1', user: 'u'}} as const
    const [first, second] = planMerge(files, [], undefined, [stale])
    expect(first?.changes).to.deep.equal({
      entries: [],
      removals: [{kind: 'contexts', name: 'x'}],
      currentContext: '',
    })
    expect(second?.changes).to.deep.equal({entries: [], currentContext: ''})
    const [changedSince] = planMerge(files, [], undefined, [{...stale, fields: {cluster: 'c1', user: 'v'}}])
    expect(changedSince?.changes).to.deep.equal({entries: []})
    expect(planMerge(files, [], undefined, [{...stale, staysCurrent: 'shadowed'}])[0]?.changes).not.to.have.property(
      'currentContext',
    )
  })

  it('removes what would stand beside the new, and keeps what it does not write', async () => {
    const [planned] = await plan({
      ...cluster({
        server: 'https://1.1.1.1:6443',
        'insecure-skip-tls-verify': true,
        'certificate-authority': 'ca.pem',
        'proxy-url': 'http://p',
      }),
      ...user({
        token: 'SECRET',
        'client-key-data': 'U0VDUkVU',
        as: 'someone',
        exec: {...EXEC, env: [{name: 'A', value: 'b'}]},
      }),
    })
    const [, clusterChange, userChange] = planned?.changes.entries ?? []
    expect(clusterChange?.remove).to.have.members(['certificate-authority', 'insecure-skip-tls-verify'])
    expect(userChange?.remove).to.have.members(['client-key-data', 'token'])
    expect(userChange?.set).to.deep.equal({exec: {...EXEC, env: [{name: 'A', value: 'b'}]}})
  })

  it('keeps what somebody has set by hand in an exec entry of ours, unless the command was chosen', async () => {
    const ours = {...EXEC, installHint: 'install it', interactiveMode: 'IfAvailable', provideClusterInfo: false}
    const execOf = async (theirs: object, choosesCommand = false): Promise<unknown> => {
      const wanted = {...WANTED, entries: [{kind: 'users', name: 'u', fields: {exec: ours}, choosesCommand}]} as const
      const [planned] = planMerge([await file('f', user({exec: theirs}))], [wanted], undefined)
      return planned?.changes.entries[0]?.set['exec']
    }
    const byHand = {
      args: [...EXEC.args, '--log-level', 'error'],
      command: '/opt/ack-ram-tool',
      installHint: 'ask the platform team',
      interactiveMode: 'Never',
      env: [{name: 'HTTPS_PROXY', value: 'http://proxy:3128'}],
      x: 1,
    }
    const {command, args: _args, ...kept} = byHand
    expect(await execOf(byHand)).to.deep.equal({...ours, ...kept, command})
    expect(await execOf(byHand, true)).to.deep.equal({...ours, ...kept})
    expect(await execOf({args: EXEC.args, interactiveMode: 'Always'})).to.deep.include({interactiveMode: 'Always'})
    const installed = {...ours, command: '/opt/new', installHint: installHint('/opt/new')}
    const unchosen = {...WANTED, entries: [{kind: 'users', name: 'u', fields: {exec: installed}}]} as const
    const before = {...ours, installHint: installHint('ack-ram-tool')}
    const [replaced] = planMerge([await file('f', user({exec: before}))], [unchosen], undefined)
    expect(replaced?.changes.entries[0]?.set['exec'], 'the name alone').to.deep.equal(installed)
    const [keeping] = planMerge([await file('f', user({exec: byHand}))], [unchosen], undefined)
    expect(keeping?.changes.entries[0]?.set['exec']).to.deep.include({command: '/opt/ack-ram-tool'})
    // It was written for a profile, which the new one does not name.
    for (const option of [['--profile-name', 'p'], ['--profile-name=p'], ['--credential-type', 'imds']])
      expect(await execOf({args: [...EXEC.args, ...option], interactiveMode: 'Never'})).to.deep.equal(ours)
    // Nothing of another program's.
    expect(await execOf({...byHand, args: ['eks', 'get-token']})).to.deep.equal(ours)
  })

  it("keeps a cluster's extensions of others beside ours", async () => {
    const extensions = [{name: 'client.authentication.k8s.io/exec', extension: {clusterId: 'c1'}}]
    const theirs = [
      {name: 'minikube', extension: {a: 1}},
      {name: 'client.authentication.k8s.io/exec', extension: {}},
    ]
    const wanted = {...WANTED, entries: [{kind: 'clusters', name: 'c1', fields: {server: 's', extensions}}]} as const
    const [planned] = planMerge([await file('f', cluster({server: 's', extensions: theirs}))], [wanted], undefined)
    expect(planned?.changes.entries[0]?.set['extensions']).to.deep.equal([
      {name: 'minikube', extension: {a: 1}},
      ...extensions,
    ])
    for (const none of [undefined, null]) {
      const [alone] = planMerge([await file('f', cluster({server: 's', extensions: none}))], [wanted], undefined)
      expect(alone?.changes.entries[0]?.set['extensions']).to.deep.equal(extensions)
    }
  })

  it('writes a user that several clusters share once', async () => {
    const other = {
      ...WANTED,
      contextName: 'y',
      entries: [{kind: 'contexts', name: 'y', fields: {}}, ...WANTED.entries.slice(2)],
    } as const
    const [planned] = planMerge([await file('f', {})], [WANTED, other], undefined)
    expect(planned?.changes.entries.map(({name}) => name)).to.deep.equal(['x', 'c1', 'u', 'y'])
  })
})
