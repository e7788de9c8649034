import {expect} from 'chai'

import {ALICE, CLUSTER_ID} from '../support/cluster-world.ts'
import {CLI_CONFIG} from '../support/home.ts'
import {PROVIDER_ARN, PROVIDER_NAME, startRrsaWorld, WEBHOOK, type RrsaWorld} from '../support/rrsa-world.ts'

describe('rrsa status, enable, disable, install-helper-addon', () => {
  let world: RrsaWorld

  beforeEach(async () => {
    world = await startRrsaWorld()
  })
  afterEach(() => world.close())

  const rrsa = (...args: readonly string[]): ReturnType<RrsaWorld['run']> =>
    world.run(['rrsa', ...args, '--cluster-id', CLUSTER_ID])

  it('prints the lines of the Go tool, wherever the service keeps them', async () => {
    const lines = `RRSA feature:          enabled
OIDC Provider Name:    ${PROVIDER_NAME}
OIDC Provider Arn:     ${PROVIDER_ARN}
OIDC Token Issuer:     ${world.issuer.issuer}
`
    for (const place of ['rrsa_config', 'meta_data'] as const) {
      world.cluster.rrsaIn = place
      expect(await rrsa('status')).to.deep.equal({stdout: lines, stderr: '', exitCode: 0})
    }
    world.cluster.rrsaIn = 'nowhere'
    expect((await rrsa('status')).stdout).to.equal('RRSA feature: disabled\n')
  })

  it('does not take what cannot be read for disabled', async () => {
    world.cluster.rrsaIn = 'nowhere'
    world.cluster.detail = {meta_data: 'not JSON'}
    expect(await rrsa('status')).to.include({stdout: '', exitCode: 6})
    for (const detail of [
      {rrsa_config: {enabled: true, issuer: '', oidc_arn: PROVIDER_ARN}},
      {rrsa_config: {enabled: 'true'}},
      {rrsa_config: 'x'},
      {rrsa_config: []},
      {rrsa_config: ''},
      // As of an answer to something else, or about another cluster.
      {cluster_id: undefined, state: undefined},
      {cluster_id: 'c2'},
      {cluster_id: 7},
      {meta_data: '[]'},
      {meta_data: '{"RRSAConfig":7}'},
      {meta_data: '{"RRSAConfig":{"enabled":"true"}}'},
      {
        rrsa_config: {enabled: null},
        meta_data: JSON.stringify({RRSAConfig: {issuer: 'https://a', oidc_arn: PROVIDER_ARN}}),
      },
    ]) {
      world.cluster.detail = detail
      expect(await rrsa('status'), JSON.stringify(detail)).to.include({stdout: '', exitCode: 6})
    }
    // An object of today that says nothing leaves it to the text of before.
    const rrsaConfig = {enabled: true, issuer: world.issuer.issuer, oidc_arn: PROVIDER_ARN}
    for (const silent of [{}, {enabled: null}]) {
      world.cluster.detail = {rrsa_config: silent, meta_data: JSON.stringify({RRSAConfig: rrsaConfig})}
      expect((await rrsa('status')).stdout).to.contain(`OIDC Provider Name:    ${PROVIDER_NAME}\n`)
    }
  })

  it('enables once, follows the task, and changes nothing the second time', async () => {
    world.cluster.rrsa.enabled = false
    const first = await rrsa('enable', '-y')
    expect(first.exitCode, first.stderr).to.equal(0)
    expect(first.stderr).to.match(
      /12 hours[^]*task T-1 is going on[^]*Enable RRSA feature for cluster \w+ successfully/,
    )
    expect(world.cluster.rrsa.enabled).to.equal(true)
    const second = await rrsa('enable', '-y')
    expect(second).to.include({exitCode: 0, stdout: ''})
    expect(second.stderr).to.contain('RRSA feature is already enabled')
    expect(world.writes()).to.deep.equal(['ModifyCluster'])
  })

  it('warns before of a cluster that cannot have RRSA', async () => {
    world.cluster.rrsa.enabled = false
    const warnings = async (detail: object): Promise<string> => {
      world.cluster.detail = {...detail}
      return (await rrsa('enable', '--dry-run')).stdout
    }
    expect(await warnings({current_version: '1.21.14-aliyun.1'})).to.contain('has Kubernetes 1.21.14-aliyun.1')
    expect(await warnings({cluster_type: 'ExternalKubernetes'})).to.contain('it is a registered cluster')
    expect(await warnings({cluster_type: 'Ask', current_version: '1.22.0'})).not.to.contain('may refuse')
  })

  it('says how a task has ended that has not succeeded, whatever the service calls it', async () => {
    for (const state of ['fail', 'failed', 'canceled', 'timeout', 'paused']) {
      world.cluster.rrsa.enabled = false
      world.service.nextTask = [state]
      const {stderr, exitCode} = await rrsa('enable', '-y')
      expect(exitCode).to.equal(6)
      expect(stderr).to.contain(`ended as "${state}"`).and.contain('the task failed on purpose')
      expect(stderr).to.contain('(TaskFailed)')
    }
  })

  it('adds the line of the log that tells of the failure, whole', async () => {
    world.cluster.rrsa.enabled = false
    world.service.nextTask = ['failed']
    const line = 'Failed to enable RRSA: no quota is left'
    world.service.logs.push({cluster_log: 'something else'}, {cluster_log: line}, {cluster_log: 'Failed: RRSA, before'})
    expect((await rrsa('enable', '-y')).stderr).to.contain(`the log of the cluster says: ${line}`)
    world.cs.failNext(Infinity, {status: 403, code: 'StatusForbidden'}, 'DescribeClusterLogs')
    expect((await rrsa('enable', '-y')).stderr).to.contain('(TaskFailed)')
  })

  it('does not wait with --no-wait, and says how to', async () => {
    world.cluster.rrsa.enabled = false
    world.service.nextTask = ['running', 'running', 'success']
    const {stdout} = await rrsa('enable', '-y', '--no-wait')
    expect(stdout).to.match(/^Task ID: T-1\n.*rrsa status --cluster-id \w+ --task-id T-1/)
    const waited = await rrsa('enable', '-y', '--wait-timeout', '1s')
    expect(waited.exitCode).to.equal(9)
    expect((await rrsa('status', '--task-id', 'T-1')).stdout).to.contain('enabled')
  })

  describe('suggests commands for the caller and the endpoints of this one', () => {
    const WITHOUT_ENV = {ALIBABA_CLOUD_ACCESS_KEY_ID: '', ALIBABA_CLOUD_ACCESS_KEY_SECRET: '', CS_ENDPOINT: ''}
    const typed = (): readonly string[] => ['--profile-name', 'my prod', '--cs-endpoint', world.cs.endpoint]

    beforeEach(async () => {
      const keys = {access_key_id: ALICE.accessKeyId, access_key_secret: ALICE.accessKeySecret}
      await world.home.write(CLI_CONFIG, {current: 'p', profiles: [{name: 'my prod', mode: 'AK', ...keys}]})
      world.cluster.rrsa.enabled = false
    })

    const run = (...args: readonly string[]): ReturnType<RrsaWorld['run']> =>
      world.run(['rrsa', ...args, '--cluster-id', CLUSTER_ID, ...typed()], WITHOUT_ENV)
    /** The command in a text, as a shell reads it. */
    const wordsIn = (text: string): readonly string[] => {
      const [, line = ''] = /`ack-ram-tool ([^`]+)`/.exec(text) ?? []
      return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '')
    }

    it('where a task goes on, of which it can be followed', async () => {
      world.service.nextTask = ['running', 'success']
      const {stdout} = await run('enable', '-y', '--no-wait')
      expect(wordsIn(stdout)).to.include.members(['--task-id', 'T-1', '--profile-name=my prod'])
      const followed = await world.run(wordsIn(stdout), WITHOUT_ENV)
      expect(followed.exitCode, followed.stderr).to.equal(0)
    })

    it('where a wait was too short, without a flag that the other command does not know', async () => {
      world.cluster.rrsa.enabled = true
      world.service.nextTask = ['running']
      const {stderr, exitCode} = await run('disable', '-y', '--wait-timeout', '10ms', '--private-address')
      expect(exitCode, stderr).to.equal(5)
      expect(stderr).to.contain("'--profile-name=my prod'").and.not.to.contain('--private-address')
    })

    it('where RRSA has to be enabled first', async () => {
      const {stderr} = await run('install-helper-addon', '-y')
      expect(wordsIn(stderr).slice(0, 2)).to.deep.equal(['rrsa', 'enable'])
      expect(wordsIn(stderr)).to.include.members(['--profile-name=my prod', `--cs-endpoint=${world.cs.endpoint}`])
    })
  })

  it('does not say of a task that is not there that it goes on', async () => {
    const {stderr, exitCode} = await rrsa('status', '--task-id', 'nosuch')
    expect(exitCode, stderr).to.equal(9)
    expect(stderr)
      .to.contain('ErrorTaskNotFound')
      .and.contain('there is no task nosuch')
      .and.not.to.match(/goes on|rrsa status/)
  })

  it('refuses --wait-timeout where nothing is waited for', async () => {
    for (const [args, step] of [
      [['status'], 'pass --task-id'],
      [['enable', '-y', '--no-wait'], 'leave --no-wait out'],
      [['disable', '-y', '--no-wait'], 'leave --no-wait out'],
      [['install-helper-addon', '-y', '--no-wait'], 'leave --no-wait out'],
    ] as const) {
      const {stderr, exitCode} = await rrsa(...args, '--wait-timeout', '1m')
      expect(exitCode, stderr).to.equal(2)
      expect(stderr).to.contain('--wait-timeout has no effect').and.contain(step)
    }
    expect(world.cs.requests).to.deep.equal([])
    const env = {ACK_RAM_TOOL_WAIT_TIMEOUT: '1m'}
    expect((await world.run(['rrsa', 'status', '--cluster-id', CLUSTER_ID], env)).exitCode).to.equal(0)
  })

  it('gives the ID of the task as JSON, also when the wait fails', async () => {
    world.cluster.rrsa.enabled = false
    world.service.nextTask = ['failed']
    const {stdout, exitCode} = await rrsa('enable', '-y', '--output', 'json')
    expect(exitCode).to.equal(6)
    expect(JSON.parse(stdout)).to.nested.include({taskId: 'T-1', changed: true, 'failure.code': 'TaskFailed'})
  })

  it('gives up after --wait-timeout, and says that it goes on', async () => {
    world.cluster.rrsa.enabled = false
    world.service.nextTask = ['running']
    const {stderr, exitCode} = await rrsa('enable', '-y', '--wait-timeout', '50ms')
    expect(exitCode).to.equal(5)
    expect(stderr).to.contain('goes on in the cloud').and.contain('--task-id T-1')
  })

  it('finds out what became of a change whose reply was lost', async () => {
    world.cluster.rrsa.enabled = false
    world.cs.failNext(1, 'lost reply', 'ModifyCluster')
    const {stderr, exitCode} = await rrsa('enable', '-y')
    expect(exitCode, stderr).to.equal(0)
    expect(stderr).to.contain('it has been done')
    expect(world.writes()).to.deep.equal(['ModifyCluster'])
    world.cs.failNext(1, 'reset', 'ModifyCluster')
    expect((await rrsa('disable', '-y')).exitCode).to.equal(0)
    expect(world.cluster.rrsa.enabled).to.equal(false)
  })

  it('asks nobody when there is no terminal: nothing is done without -y', async () => {
    const {stderr, exitCode} = await rrsa('disable')
    expect(exitCode).to.equal(2)
    expect(stderr).to.contain('--assume-yes').and.contain('nothing was done')
    expect(world.writes()).to.deep.equal([])
    expect((await rrsa('enable')).exitCode).to.equal(0)
  })

  it('shows with --dry-run what it would do, for people and for programs', async () => {
    const text = await rrsa('disable', '--dry-run')
    expect(text).to.include({exitCode: 0})
    expect(text.stdout).to.contain('cs:ModifyCluster')
    const {stdout} = await rrsa('disable', '--dry-run', '--output', 'json')
    expect(JSON.parse(stdout)).to.nested.include({
      dryRun: true,
      changed: false,
      'changes[0].call': 'cs:ModifyCluster',
      'changes[0].state': 'planned',
      'changes[0].parameters.enable_rrsa': false,
    })
    expect((await rrsa('disable', '--dry-run', '-o', 'yaml')).stdout).to.contain('call: cs:ModifyCluster')
    expect(world.writes()).to.deep.equal([])
  })

  it('refuses a cluster that is not running', async () => {
    world.cluster.detail = {state: 'upgrading'}
    const {stderr, exitCode} = await rrsa('disable', '-y')
    expect({exitCode, named: stderr.includes('"upgrading"')}).to.deep.equal({exitCode: 9, named: true})
  })

  it('does not blame the credentials for a conflict, nor for a task that is not there', async () => {
    world.cluster.rrsa.enabled = false
    for (const [code, next] of [
      ['ErrorClusterState', 'wait until the cluster is running, then run the command again'],
      ['OperationDenied', 'wait until nothing else changes or uses it, then run the command again'],
    ] as const) {
      world.cs.failNext(1, {status: 409, code}, 'ModifyCluster')
      const {stderr, exitCode} = await rrsa('enable', '-y')
      expect(exitCode, stderr).to.equal(9)
      expect(stderr).to.contain(`${code}, `).and.contain('(PreconditionFailed)').and.contain(`Next: ${next}`)
    }
    const {stderr, exitCode} = await rrsa('status', '--task-id', 'T-99')
    expect(exitCode, stderr).to.equal(9)
    expect(stderr).to.contain('Next: check its name or ID: there is no task T-99, or not for this account')
  })

  it('names the missing permission that the service names', async () => {
    world.cs.failNext(1, {status: 403, code: 'StatusForbidden', authAction: 'cs:DescribeClusterDetail'})
    expect((await rrsa('status')).stderr).to.contain('grant the caller the RAM permission cs:DescribeClusterDetail')
  })

  it('installs the webhook once, and says when a newer one exists', async () => {
    const first = await rrsa('install-helper-addon', '-y', '--addon-version', '0.3.1', '--config', '{"a":true}')
    expect(first.exitCode, first.stderr).to.equal(0)
    expect(world.cluster.addons.get(WEBHOOK)).to.deep.equal({version: '0.3.1', config: '{"a":true}'})
    world.cluster.addons.set(WEBHOOK, {version: '0.3.1', next_version: '0.4.2'})
    const second = await rrsa('install-helper-addon', '-y')
    expect(second.exitCode).to.equal(0)
    expect(second.stderr).to.contain('0.4.2')
    expect(world.writes()).to.deep.equal(['InstallClusterAddons'])
  })

  it('does not take another version of the webhook for what was asked for', async () => {
    world.cluster.addons.set(WEBHOOK, {version: '0.3.1'})
    for (const way of ['-y', '--dry-run']) {
      const {stderr, exitCode} = await rrsa('install-helper-addon', way, '--addon-version', '0.4.2')
      expect(exitCode, stderr).to.equal(9)
      expect(stderr)
        .to.contain('already, in version 0.3.1: version 0.4.2 is not installed')
        .and.contain('leave --addon-version out')
      expect(stderr).not.to.contain('successfully')
    }
    const same = await rrsa('install-helper-addon', '-y', '--addon-version', '0.3.1')
    expect(same.exitCode, same.stderr).to.equal(0)
    expect(world.writes()).to.deep.equal([])
  })

  it('warns that settings are not applied to a webhook that is installed, and may be run again with them', async () => {
    const args = ['install-helper-addon', '--config', '{"AutoInjectSTSEnvVars":false}']
    const first = await rrsa(...args, '-y')
    expect(first.exitCode, first.stderr).to.equal(0)
    expect(first.stderr).not.to.contain('not applied')
    world.cluster.addons.set(WEBHOOK, {version: '0.3.1'})
    for (const way of ['-y', '--dry-run']) {
      const {stdout, stderr, exitCode} = await rrsa(...args, way)
      expect(exitCode, stderr).to.equal(0)
      expect(stdout + stderr).to.contain('--config is not applied: version 0.3.1 is installed already')
    }
    expect(world.writes()).to.deep.equal(['InstallClusterAddons'])
  })

  it('tells how to look again for an add-on without a task', async () => {
    world.cs.failNext(1, {status: 400, code: 'ErrorAddonAlreadyInstalled'}, 'InstallClusterAddons')
    const {stderr, exitCode} = await rrsa('install-helper-addon', '-y', '--wait-timeout', '10ms')
    expect(exitCode).to.equal(5)
    expect(stderr).to.contain(`rrsa install-helper-addon --cluster-id ${CLUSTER_ID}\` again`)
  })

  it('reports a refused installation at once, and takes installed for done', async () => {
    world.cs.failNext(1, {status: 403, code: 'StatusForbidden'}, 'InstallClusterAddons')
    const refused = await rrsa('install-helper-addon', '-y')
    expect(refused.exitCode).to.equal(4)
    expect(refused.stderr).to.contain('cs:InstallClusterAddons')
    world.cs.failNext(1, 'lost reply', 'InstallClusterAddons')
    expect((await rrsa('install-helper-addon', '-y')).exitCode).to.equal(0)
    expect(world.cluster.addons.has(WEBHOOK)).to.equal(true)
  })

  it('asks for other credentials while it waits, where a session would end', async () => {
    const sessions = [60, 60, 3600].map((seconds) => world.sts.issue('acs:ram::1:user/alice', seconds))
    const profiles = sessions.map((session) => ({
      mode: 'StsToken',
      access_key_id: session.AccessKeyId,
      access_key_secret: session.AccessKeySecret,
      sts_token: session.SecurityToken,
      sts_expiration: Math.floor(new Date(session.Expiration).getTime() / 1000),
    }))
    // Each run prints the next one.
    const program = await world.home.write(
      'sessions.cjs',
      `const {readdirSync, writeFileSync} = require('node:fs')
const runs = readdirSync(__dirname).filter((name) => name.startsWith('run-')).length
writeFileSync(__dirname + '/run-' + runs, '')
console.log(JSON.stringify(${JSON.stringify(profiles)}[runs]))`,
    )
    const external = {name: 'p', mode: 'External', process_command: `${process.execPath} ${program}`}
    await world.home.write(CLI_CONFIG, {current: 'p', profiles: [external]})
    world.cluster.rrsa.enabled = false
    world.service.nextTask = ['running', 'success']
    await rrsa('enable', '-y', '--no-wait')
    const env = {ALIBABA_CLOUD_ACCESS_KEY_ID: '', ALIBABA_CLOUD_ACCESS_KEY_SECRET: ''}
    const line = ['rrsa', 'status', '--task-id', 'T-1', '--cluster-id', CLUSTER_ID]
    const {stderr, exitCode} = await world.run(line, env)
    expect(exitCode, stderr).to.equal(0)
    const callers = world.cs.requests.slice(-2).map(({accessKeyId}) => accessKeyId)
    expect(callers).to.deep.equal([sessions[2]?.AccessKeyId, sessions[2]?.AccessKeyId])
  })

  it('says of what it cannot look at any more that it goes on', async () => {
    world.cluster.rrsa.enabled = false
    world.cs.failNext(Infinity, {status: 403, code: 'InvalidSecurityToken.Expired'}, 'DescribeTaskInfo')
    const {stderr, exitCode} = await rrsa('enable', '-y')
    expect(exitCode).to.equal(4)
    expect(stderr).to.contain('task T-1 goes on in the cloud, but cannot be looked at: DescribeTaskInfo')
    expect(stderr).to.contain(`rrsa status --cluster-id ${CLUSTER_ID} --task-id T-1`)
  })
})
