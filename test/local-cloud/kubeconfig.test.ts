import {mkdtemp, readFile, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {expect} from 'chai'

import {writeKubeconfig, type ExecPlugin, type KubeconfigOptions} from './kubeconfig.ts'
import {expectMode} from '../support/expect-mode.ts'

describe('writeKubeconfig', () => {
  let dir: string
  const exec: ExecPlugin = {command: 'ack-ram-tool', args: ['x'], apiVersion: 'v1'}

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'kubeconfig-'))
  })

  afterEach(() => rm(dir, {recursive: true}))

  const write = async (options: Partial<KubeconfigOptions> = {}): Promise<Record<string, unknown>> => {
    const path = await writeKubeconfig({dir, server: 'https://127.0.0.1:1', caPem: 'PEM', exec, ...options})
    return JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>
  }

  it('writes one cluster, one user and one context, for the owner only', async () => {
    expect(await write({clusterId: 'c1'})).to.deep.equal({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [
        {name: 'kubernetes', cluster: {server: 'https://127.0.0.1:1', 'certificate-authority-data': btoa('PEM')}},
      ],
      users: [
        {
          name: 'local-user',
          user: {
            exec: {
              apiVersion: 'client.authentication.k8s.io/v1',
              command: 'ack-ram-tool',
              args: ['x'],
              env: [],
              provideClusterInfo: false,
              interactiveMode: 'IfAvailable',
            },
          },
        },
      ],
      contexts: [{name: 'local-user-c1', context: {cluster: 'kubernetes', user: 'local-user'}}],
      'current-context': 'local-user-c1',
    })
    await expectMode(join(dir, 'kubeconfig'), 0o600)
  })

  it('leaves the interactive mode out of v1beta1, as kubeconfigs of that version do', async () => {
    const {users} = await write({exec: {...exec, apiVersion: 'v1beta1'}})
    expect(users).to.have.nested.property('[0].user.exec').that.does.not.have.property('interactiveMode')
  })

  it("puts the cluster's config and the plugin's environment where client-go looks for them", async () => {
    const written = await write({
      clusterConfig: {clusterId: 'c1'},
      exec: {...exec, env: {A: '1'}, provideClusterInfo: true},
    })
    expect(written).to.have.deep.nested.property('clusters[0].cluster.extensions', [
      {name: 'client.authentication.k8s.io/exec', extension: {clusterId: 'c1'}},
    ])
    expect(written).to.have.deep.nested.property('users[0].user.exec.env', [{name: 'A', value: '1'}])
  })
})
