import {join, relative} from 'node:path'

import {expect} from 'chai'

import {selectSource} from '../../../../src/lib/credentials/selection/select-source.ts'
import {desiredCluster, type DesiredCluster} from '../../../../src/lib/kubeconfig/entries/desired-entries.ts'
import {entryFlags, givenEntryFlags} from '../../../../src/lib/kubeconfig/entries/entry-flags.ts'
import {interactiveMode} from '../../../../src/lib/kubeconfig/entries/exec-entry.ts'
import type {Flags} from '../../../../src/lib/options/read-option.ts'
import {readUpdateOptions} from '../../../../src/lib/options/update-options.ts'
import {CLI_CONFIG, makeHome, type TestHome} from '../../../support/home.ts'
import {testContext} from '../../../support/source-context.ts'

const SERVER = {
  clusterName: 'kubernetes',
  server: 'https://1.1.1.1:6443',
  certificateAuthorityData: 'Y2E=',
  userName: '2001',
  contextName: '2001-c1',
}
const PAIR = {ALIBABA_CLOUD_ACCESS_KEY_ID: 'LTAI-env', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'SECRET-env'}
const ROLE_OF_ENVIRONMENT = {...PAIR, ALIBABA_CLOUD_ROLE_ARN: 'acs:ram::1:role/env'}
const TOKEN = {mode: 'token'}

describe('desiredCluster', () => {
  let home: TestHome

  before(async () => {
    home = await makeHome()
    await home.write(CLI_CONFIG, {
      current: 'cli',
      profiles: [{name: 'cli', mode: 'AK', access_key_id: 'LTAI-cli', access_key_secret: 'SECRET-cli'}],
    })
  })
  after(() => home.remove())

  interface Given {
    readonly env?: Record<string, string>
    readonly identity?: string
    /** Whether nobody looks for credentials. */
    readonly isGiven?: boolean
    readonly clusterId?: string
  }
  const desired = async (flags: Flags = {}, given: Given = {}): Promise<DesiredCluster> => {
    const {env = {}, identity, isGiven = false, clusterId = 'c1'} = given
    const context = testContext({flags, env, runtime: {homeDir: home.dir}})
    const inputs = {flags, execInfo: {}, env}
    const entryContext = {inputs, options: context.options, runtime: context.runtime}
    const decided = isGiven
      ? givenEntryFlags(identity, entryContext)
      : entryFlags(await selectSource(context), identity, entryContext)
    const named = {id: clusterId, name: 'prod', region: 'eu-central-1', profile: undefined}
    return desiredCluster(named, SERVER, readUpdateOptions(inputs), decided)
  }
  const execOf = async (flags?: Flags, given?: Given): Promise<Record<string, unknown>> =>
    (await desired(flags, given)).entries[2]?.fields['exec'] as Record<string, unknown>
  /** What follows the cluster and the version in the arguments of a token's entry. */
  const tokenArguments = async (flags: Flags = {}, given?: Given): Promise<unknown> => {
    const args = (await execOf({...TOKEN, ...flags}, given))['args'] as readonly string[]
    const before = ['credential-plugin', 'get-token', '--cluster-id', 'c1', '--api-version', 'v1beta1']
    expect(args.slice(0, before.length)).to.deep.equal(before)
    return args.slice(before.length)
  }
  const cli = (): readonly string[] => ['--profile-file', join(home.dir, CLI_CONFIG), '--profile-name', 'cli']
  const fromProfile = (): readonly string[] => ['--ignore-env-credentials', ...cli()]

  it('has unique names, since the Container Service calls every cluster kubernetes', async () => {
    const {contextName, entries} = await desired()
    expect(contextName).to.equal('2001-c1')
    expect(entries.map(({kind, name}) => [kind, name])).to.deep.equal([
      ['contexts', '2001-c1'],
      ['clusters', 'c1'],
      ['users', '2001-c1'],
    ])
    expect(entries[0]?.fields).to.deep.equal({cluster: 'c1', user: '2001-c1'})
    expect(entries[1]?.fields).to.deep.equal({server: SERVER.server, 'certificate-authority-data': 'Y2E='})
    expect(entries[2]).to.include({choosesCommand: false})
  })

  it('has the names that the user chose', async () => {
    const {contextName, entries} = await desired({alias: 'x', 'cluster-alias': 'y', 'user-alias': 'z'})
    expect(contextName).to.equal('x')
    expect(entries.map(({name}) => name)).to.deep.equal(['x', 'y', 'z'])
    expect(entries[0]?.fields).to.deep.equal({cluster: 'y', user: 'z'})
  })

  it('has names made of what is known of the cluster', async () => {
    const {contextName, entries} = await desired({alias: '{region}/{name}', 'user-alias': '{uid}@{id}'})
    expect(contextName).to.equal('eu-central-1/prod')
    expect(entries.map(({name}) => name)).to.deep.equal(['eu-central-1/prod', 'c1', '2001@c1'])
  })

  it('has one user for all clusters where the cluster entry holds the cluster ID', async () => {
    const {entries} = await desired({...TOKEN, 'provide-cluster-info': true, 'region-id': 'eu-central-1'})
    const [, cluster, user] = entries
    expect(user?.name).to.equal('2001')
    expect(cluster?.fields['extensions']).to.deep.equal([
      {name: 'client.authentication.k8s.io/exec', extension: {clusterId: 'c1', regionId: 'eu-central-1'}},
    ])
    const exec = user?.fields['exec'] as Record<string, unknown>
    expect(exec['provideClusterInfo']).to.equal(true)
    expect(exec['args']).to.deep.equal(['credential-plugin', 'get-token', '--api-version', 'v1beta1', ...fromProfile()])
    const withoutRegion = await desired({'provide-cluster-info': true})
    expect(withoutRegion.entries[1]?.fields['extensions']).to.deep.equal([
      {name: 'client.authentication.k8s.io/exec', extension: {clusterId: 'c1'}},
    ])
  })

  it('calls get-credential for a certificate, with its life and where it comes from', async () => {
    const flags = {mode: 'certificate', expiration: '2h', 'cs-endpoint': 'cs.example', 'api-version': 'v1'}
    expect(await execOf(flags)).to.deep.equal({
      apiVersion: 'client.authentication.k8s.io/v1',
      command: 'ack-ram-tool',
      args: [
        ...'credential-plugin get-credential --cluster-id c1 --api-version v1 --expiration 2h'.split(' '),
        '--cs-endpoint',
        'cs.example',
        ...fromProfile(),
      ],
      installHint:
        'kubectl gets its credentials for this cluster from ack-ram-tool, which is not in PATH. Install ack-ram-tool, add its directory to PATH, or set the command of this user to its absolute path.',
      interactiveMode: 'Never',
      provideClusterInfo: false,
    })
    expect(await tokenArguments({...flags, mode: 'token', 'api-version': 'v1beta1'})).to.deep.equal(fromProfile())
  })

  it('says of a command with a path that it is not there, and whether the user chose it', async () => {
    const flags = {'exec-command': '/opt/ack'}
    expect((await desired(flags)).entries[2]).to.include({choosesCommand: true})
    expect((await execOf(flags))['installHint']).to.match(
      /from \/opt\/ack, which is not there\. Install ack-ram-tool, and set the command/,
    )
  })

  it('joins a value that begins like a flag to its flag', async () => {
    const args = (await execOf(TOKEN, {clusterId: '-c'}))['args'] as readonly string[]
    expect(args).to.include('--cluster-id=-c')
  })

  describe('names whose credentials were used', () => {
    it('by the profile that was found, whatever the environment of kubectl has', async () => {
      expect(await tokenArguments()).to.deep.equal(fromProfile())
      expect((await execOf(TOKEN))['interactiveMode']).to.equal('Never')
    })

    it('by nothing for the AccessKey of the environment, where a person may be asked', async () => {
      expect(await tokenArguments({}, {env: PAIR})).to.deep.equal([])
      expect((await execOf(TOKEN, {env: PAIR}))['interactiveMode']).to.equal('IfAvailable')
    })

    it('by the type that was chosen, without the role of the environment', async () => {
      const imds = {'credential-type': 'imds'}
      for (const env of [{}, ROLE_OF_ENVIRONMENT])
        expect(await tokenArguments(imds, {env})).to.deep.equal([
          '--credential-type',
          'imds',
          '--ignore-env-credentials',
        ])
      expect((await execOf({...TOKEN, ...imds}))['interactiveMode']).to.equal('Never')
    })

    it('by the roles in their order, that of the environment first', async () => {
      const role = ['--role-arn', 'acs:ram::1:role/env', '--role-session-name', 'me']
      expect(await tokenArguments({'role-session-name': 'me'}, {env: ROLE_OF_ENVIRONMENT})).to.have.members(role)
      const roles = {'role-arn': ['acs:ram::1:role/a', 'acs:ram::1:role/b']}
      const args = (await tokenArguments(roles, {env: ROLE_OF_ENVIRONMENT})) as readonly string[]
      expect(args.filter((word) => word.startsWith('acs:'))).to.deep.equal([
        'acs:ram::1:role/env',
        ...roles['role-arn'],
      ])
      // With a role named, the environment must still be read: its AccessKey assumes it.
      expect(args).not.to.include('--ignore-env-credentials')
      expect(await tokenArguments({'ignore-env-credentials': true, ...roles}, {env: PAIR})).to.include(
        '--ignore-env-credentials',
      )
    })

    it('with what is for the last role only where there is one', async () => {
      const env = {
        ...PAIR,
        ACK_RAM_TOOL_ROLE_DURATION: '1h',
        ACK_RAM_TOOL_ROLE_EXTERNAL_ID: 'x',
        ACK_RAM_TOOL_ROLE_POLICY: '{}',
      }
      expect(await tokenArguments({}, {env})).to.deep.equal([])
      expect(await tokenArguments({'role-arn': ['acs:ram::1:role/a']}, {env})).to.have.members(
        '--role-arn acs:ram::1:role/a --role-duration 1h --role-external-id x --role-policy {}'.split(' '),
      )
    })

    it('by the identity that it is pinned to, and no other', async () => {
      const args = await tokenArguments({}, {identity: '2001', env: PAIR})
      expect(args).to.deep.equal(['--expected-identity', '2001'])
    })

    it('by the endpoints that were given', async () => {
      const flags = {'sts-endpoint': 'sts.example', 'region-id': 'eu-central-1', 'vpc-endpoint': true}
      expect(await tokenArguments(flags, {env: PAIR})).to.have.members([
        '--region-id',
        'eu-central-1',
        '--sts-endpoint',
        'sts.example',
        '--vpc-endpoint',
      ])
      expect(await tokenArguments({}, {env: {...PAIR, ACK_RAM_TOOL_REGION_ID: 'eu-central-1'}})).to.deep.equal([
        '--region-id',
        'eu-central-1',
      ])
    })

    it('by whole paths, also where ~ names them', async () => {
      expect(await tokenArguments({'credential-cache-dir': '~/cache'}, {env: PAIR})).to.deep.equal([
        '--credential-cache-dir',
        join(home.dir, 'cache'),
      ])
    })
  })

  it('leaves a question for the profile only where neither a profile nor the instance is named', () => {
    expect(interactiveMode('p', undefined)).to.equal('Never')
    expect(interactiveMode(undefined, 'imds')).to.equal('Never')
    for (const type of [undefined, 'any', 'config']) expect(interactiveMode(undefined, type)).to.equal('IfAvailable')
  })

  describe('where no credentials are looked for', () => {
    const isGiven = true

    it('says what was given and no more', async () => {
      expect(await tokenArguments({}, {isGiven})).to.deep.equal([])
      expect((await execOf(TOKEN, {isGiven}))['interactiveMode']).to.equal('IfAvailable')
      expect(await tokenArguments({'profile-name': 'p'}, {isGiven, identity: '2001'})).to.deep.equal([
        '--profile-name',
        'p',
        '--expected-identity',
        '2001',
      ])
      expect((await execOf({...TOKEN, 'profile-name': 'p'}, {isGiven}))['interactiveMode']).to.equal('Never')
      expect((await execOf({...TOKEN, 'credential-type': 'imds'}, {isGiven}))['interactiveMode']).to.equal('Never')
      const flags = {'role-arn': ['acs:ram::1:role/a'], 'sts-endpoint': 'sts.example', 'vpc-endpoint': true}
      expect(await tokenArguments({...flags, 'region-id': 'eu-central-1'}, {isGiven})).to.include.members([
        '--role-arn',
        'acs:ram::1:role/a',
        '--sts-endpoint',
        'sts.example',
        '--vpc-endpoint',
      ])
    })

    it('takes a policy of a file by its whole path, with the role that it is for', async () => {
      const policyFile = join(home.dir, 'policy.json')
      await home.write('policy.json', '{}')
      const args = await tokenArguments(
        {'role-arn': ['acs:ram::1:role/a'], 'role-policy': `@${policyFile}`, 'role-external-id': 'x'},
        {isGiven},
      )
      expect(args).to.include.members(['--role-policy', `@${policyFile}`, '--role-external-id', 'x'])
      const relativeFile = relative(process.cwd(), policyFile)
      expect(
        await tokenArguments({'role-arn': ['acs:ram::1:role/a'], 'role-policy': `@${relativeFile}`}, {isGiven}),
      ).to.include(`@${policyFile}`)
      const atSign = await tokenArguments({'role-arn': ['acs:ram::1:role/a'], 'role-external-id': '@x'}, {isGiven})
      expect(atSign).to.include.members(['--role-external-id', '@x'])
      const inline = await tokenArguments({'role-arn': ['acs:ram::1:role/a'], 'role-policy': '{}'}, {isGiven})
      expect(inline).to.include.members(['--role-policy', '{}'])
    })
  })
})
