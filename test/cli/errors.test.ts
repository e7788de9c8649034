import {createServer, type ServerResponse} from 'node:http'
import {tmpdir} from 'node:os'

import {expect} from 'chai'

import {ALICE, BOB, CLUSTER_ID, envOf, startClusterWorld, type ClusterWorld} from '../support/cluster-world.ts'
import {listenOnLoopback} from '../local-cloud/loopback-server.ts'
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

    describe('where what answers is not what it should be', () => {
      const host = (): string => `127.0.0.1:${port}`
      const role = ['credential-plugin', 'get-token', '-c', CLUSTER_ID, '--no-cache', '--role-arn', 'acs:ram::1:role/r']
      let port: number
      let close: () => Promise<void>
      let answer: (response: ServerResponse) => unknown

      before(async () => {
        ;({port, close} = await listenOnLoopback(createServer((_request, response) => void answer(response))))
      })
      after(() => close())

      const expectCall = async (
        args: readonly string[],
        env: Record<string, string>,
        call: Record<string, unknown>,
      ): Promise<void> => {
        const error = await failure([...args, '--sts-endpoint', `http://${host()}`], env)
        expect(error['call'], String(error['message'])).to.deep.equal({host: host(), ...call})
      }
      const OF_STS = {service: 'STS', action: 'AssumeRole'}

      it('of a redirect, and of a reply that is too large', async () => {
        answer = (response) => response.writeHead(302, {location: 'https://portal.example/'}).end()
        await expectCall(role, envOf(ALICE), {...OF_STS, status: 302})
        await expectCall(['auth', 'whoami'], envOf(ALICE), {service: 'STS', action: 'GetCallerIdentity', status: 302})
        answer = (response) => response.end('x'.repeat(1024 * 1024 + 1))
        await expectCall(role, envOf(ALICE), {...OF_STS, status: 200})
      })

      it('of a session that cannot be used, with its RequestId', async () => {
        const session = {AccessKeyId: 'STS.1', AccessKeySecret: 'SECRET-1', SecurityToken: 'SECRET-2'}
        for (const Credentials of [{}, session, {...session, Expiration: 'tomorrow'}]) {
          answer = (response) => response.end(JSON.stringify({Credentials, RequestId: 'R-1'}))
          await expectCall(role, envOf(ALICE), {...OF_STS, status: 200, requestId: 'R-1'})
        }
      })

      it('of a credentials URI and the instance metadata', async () => {
        const getToken = ['credential-plugin', 'get-token', '-c', CLUSTER_ID]
        for (const status of [404, 200]) {
          answer = (response) => response.writeHead(status).end('{}')
          await expectCall(
            getToken,
            {ALIBABA_CLOUD_CREDENTIALS_URI: `http://${host()}/SECRET-path`},
            {service: 'credentials URI', action: 'credentials URI', status},
          )
        }
        for (const status of [404, 200]) {
          answer = (response) => response.writeHead(status).end(' ')
          await expectCall(
            [...getToken, '--credential-type', 'imds'],
            {ALIBABA_CLOUD_IMDS_ENDPOINT: `http://${host()}`},
            {service: 'ECS metadata', action: 'instance metadata', status},
          )
        }
      })
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
