import {expect} from 'chai'

import {startProxyServer} from '../local-cloud/proxy-server.ts'
import {startLocalSts} from '../local-cloud/sts.ts'
import {runCli, type CliResult} from '../support/run-cli.ts'
import {CLUSTER_ID, FIRST, SHOWN_SECRET, USER, USER_ENV, useStsWorld} from '../support/sts-world.ts'

describe('get-token, when STS', () => {
  const world = useStsWorld()
  const {run, whoAmI, assumed} = world

  describe('says', () => {
    const refusal = async (args: readonly string[], env: Record<string, string>): Promise<CliResult> => {
      const result = await run(args, env)
      expect(result.stdout).to.equal('')
      expect(result.stderr)
        .to.match(/^Error: [^\n]+ \(\w+\)\n {2}Next: [^\n]+\n$/)
        .and.not.match(SHOWN_SECRET)
      return result
    }

    it('that it may not, with the action, the host, the code and the request id', async () => {
      const {stderr, exitCode} = await refusal(['--role-arn', 'acs:ram::1:role/unknown'], USER_ENV)
      expect(exitCode).to.equal(4)
      expect(stderr)
        .to.contain('AssumeRole at 127.0.0.1')
        .and.contain('EntityNotExist.Role')
        .and.match(/RequestId [0-9A-F-]{36}/)
    })

    it('that the secret is wrong, without the string to sign', async () => {
      const {stderr, exitCode} = await refusal(['--role-arn', FIRST], {
        ...USER_ENV,
        ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'SECRET-wrong',
      })
      expect(exitCode).to.equal(4)
      expect(stderr).to.contain('SignatureDoesNotMatch').and.not.contain('x-acs-').and.not.contain('RoleSessionName')
    })

    it('that it is busy, and is asked again', async () => {
      world.sts.failNext(2, {status: 400, code: 'Throttling.User'})
      expect(await whoAmI(['--role-arn', FIRST], USER_ENV)).to.contain('assumed-role/first/')
      expect(assumed()).to.have.length(3)
    })

    it('that it is broken, again and again', async () => {
      world.sts.failNext(9, {status: 503, code: 'ServiceUnavailable'})
      const {exitCode, stderr} = await refusal(['--role-arn', FIRST], USER_ENV)
      expect(exitCode).to.equal(6)
      expect(stderr).to.contain('HTTP 503')
    })

    it('nothing at all, until the deadline', async () => {
      world.sts.failNext(9, 'hang')
      const {exitCode, stderr} = await refusal(['--role-arn', FIRST, '--timeout', '1s'], USER_ENV)
      expect(exitCode).to.equal(5)
      expect(stderr).to.contain('DeadlineExceeded')
    })

    it('a page that repeats the request', async () => {
      world.sts.failNext(9, 'garbage')
      expect((await refusal(['--role-arn', FIRST], USER_ENV)).exitCode).to.be.oneOf([4, 6])
    })
  })

  it('asks STS through the company proxy, with its CA, and around it where NO_PROXY says so', async () => {
    const company = await startLocalSts({identities: [USER], roles: [{arn: FIRST}], tls: {names: ['sts.example.test']}})
    const proxy = await startProxyServer({
      auth: {username: 'me', password: 'SECRET-proxy'},
      names: {'sts.example.test:443': {host: '127.0.0.1', port: Number(new URL(company.endpoint).port)}},
    })
    try {
      const env = {...USER_ENV, HTTPS_PROXY: proxy.url, SSL_CERT_FILE: await world.home.write('ca.pem', company.caPem)}
      const args = [
        'credential-plugin',
        'get-token',
        '-c',
        CLUSTER_ID,
        '--role-arn',
        FIRST,
        '--no-cache',
        '--sts-endpoint',
        'sts.example.test',
      ]
      expect(await runCli(args, {home: world.home.dir, env})).to.include({stderr: '', exitCode: 0})
      expect(proxy.requests).to.have.length(1)
      const {stderr, exitCode} = await runCli(args, {home: world.home.dir, env: {...env, no_proxy: 'example.test'}})
      expect(exitCode).to.equal(5)
      expect(stderr).to.contain('AssumeRole at sts.example.test cannot be reached').and.not.match(SHOWN_SECRET)
      expect(proxy.requests).to.have.length(1)
    } finally {
      await proxy.close()
      await company.close()
    }
  })
})
