import {tmpdir} from 'node:os'

import {expect} from 'chai'

import {ALICE, BOB, CLUSTER_ID, envOf, startClusterWorld, type ClusterWorld} from '../support/cluster-world.ts'
import {makeHome, type TestHome} from '../support/home.ts'
import {runCli} from '../support/run-cli.ts'

describe('an error', () => {
  describe('of something mistyped asks what was meant', () => {
    const nextStep = async (...args: string[]): Promise<string> => {
      const {stdout, stderr, exitCode} = await runCli(args, {home: tmpdir()})
      expect({stdout, exitCode}, args.join(' ')).to.deep.equal({stdout: '', exitCode: 2})
      return /Next: (.*)/.exec(stderr)?.[1] ?? stderr
    }

    it('for commands, with their topic or without', async () => {
      expect(await nextStep('get-token', '-c', 'c1')).to.equal(
        'did you mean credential-plugin get-token? see `ack-ram-tool --help`',
      )
      expect(await nextStep('credential-plugin', 'get-tokn', '-c', 'c1')).to.contain(
        'did you mean credential-plugin get-token?',
      )
      expect(await nextStep('whoami')).to.contain('did you mean auth whoami?')
      expect(await nextStep('credential-plugn')).to.contain('did you mean credential-plugin?')
      expect(await nextStep('deploy')).to.equal('see `ack-ram-tool --help`')
    })

    it('for flags', async () => {
      const command = ['credential-plugin', 'get-token']
      expect(await nextStep(...command, '--clusterid', 'c1')).to.equal(
        'did you mean --cluster-id? see `ack-ram-tool credential-plugin get-token --help`',
      )
      expect(await nextStep(...command, '-c', 'c1', '--profile=SECRET-typed')).to.match(
        /^did you mean --profile-\w+ or --profile-\w+\?/,
      )
      expect(await nextStep('list-clusters', '--region', 'cn-beijing')).to.contain('did you mean --region-id?')
      expect(await nextStep(...command, '--nonsense')).to.match(/^see /)
    })

    it('for values', async () => {
      expect(await nextStep('credential-plugin', 'get-token', '-c', 'c1', '--api-version', 'v1beta')).to.equal(
        'did you mean v1beta1? use one of: v1, v1beta1',
      )
      expect(await nextStep('export-credentials', '-f', 'ENV')).to.contain('did you mean env?')
    })
  })

  describe('as JSON carries the call that failed', () => {
    let home: TestHome
    let world: ClusterWorld

    before(async () => {
      home = await makeHome()
      world = await startClusterWorld({
        listAllowed: (arn) => arn === ALICE.arn,
      })
    })
    after(async () => {
      await world.close()
      await home.remove()
    })

    const failure = async (args: readonly string[], env: Record<string, string>): Promise<Record<string, unknown>> => {
      const {stderr} = await runCli([...args, '--error-format', 'json'], {home: home.dir, env})
      expect(stderr).not.to.match(/SECRET/)
      return (JSON.parse(stderr) as {error: Record<string, unknown>}).error
    }
    const hostOf = (endpoint: string): string => new URL(endpoint).host

    it('with service, action, host, status, code, RequestId and the permission that is missing', async () => {
      const error = await failure(['list-clusters', '--cs-endpoint', world.cs.endpoint], envOf(BOB))
      expect(error).to.include({code: 'ServiceRefused', exitCode: 4})
      expect(error['call']).to.deep.include({
        service: 'CS',
        action: 'DescribeClustersV1',
        host: hostOf(world.cs.endpoint),
        status: 403,
        code: 'StatusForbidden',
        permission: 'cs:DescribeClustersV1',
      })
      expect(error['call'])
        .to.have.property('requestId')
        .that.matches(/^[0-9A-F-]{36}$/)
    })

    it('of STS, and of a host that cannot be reached', async () => {
      const role = ['credential-plugin', 'get-token', '-c', CLUSTER_ID, '--role-arn', 'acs:ram::1:role/none']
      const refused = await failure([...role, '--sts-endpoint', world.sts.endpoint], envOf(ALICE))
      expect(refused['call']).to.deep.include({service: 'STS', action: 'AssumeRole', code: 'EntityNotExist.Role'})
      const unreachable = await failure([...role, '--sts-endpoint', 'http://127.0.0.1:1'], envOf(ALICE))
      expect(unreachable['call']).to.deep.equal({service: 'STS', action: 'AssumeRole', host: '127.0.0.1:1'})
    })

    it('and nothing of a call where there was none', async () => {
      expect(await failure(['credential-plugin', 'get-token'], envOf(ALICE))).to.have.all.keys(
        'code',
        'message',
        'nextStep',
        'exitCode',
      )
    })
  })
})
