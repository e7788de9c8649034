import {createServer} from 'node:http'

import {expect} from 'chai'

import {listenOnLoopback} from '../local-cloud/loopback-server.ts'
import {startProxyServer} from '../local-cloud/proxy-server.ts'
import {startLocalSts} from '../local-cloud/sts.ts'
import {runCli, type CliResult} from '../support/run-cli.ts'
import {CLUSTER_ID, FIRST, PAIR, PROVIDER, SHOWN_SECRET, USER, USER_ENV, useStsWorld} from '../support/sts-world.ts'

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

    it('that a session may not be so long, which no other credentials change', async () => {
      const {stderr, exitCode} = await refusal(['--role-arn', FIRST, '--role-duration', '1h30m'], USER_ENV)
      expect(exitCode).to.equal(4)
      expect(stderr).to.contain('InvalidParameter.DurationSeconds').and.contain('Next: shorten --role-duration')
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

  it('asks it with the whole time limit after a program that took longer than that', async () => {
    const profile = {mode: 'AK', access_key_id: USER.accessKeyId, access_key_secret: USER.accessKeySecret}
    const program = await world.home.write(
      'slow.cjs',
      `setTimeout(() => console.log(${JSON.stringify(JSON.stringify(profile))}), 1100)`,
    )
    await world.writeProfile({mode: 'External', process_command: `"${process.execPath}" "${program}"`})
    expect(await whoAmI(['--role-arn', FIRST, '--timeout', '1s'])).to.contain('assumed-role/first/')
  })

  it('gives what has expired, or another source does: says what to do where nothing is stored', async () => {
    const expired = {Expiration: '2020-01-01T00:00:00Z'}
    const session = {AccessKeyId: 'STS.x', AccessKeySecret: 'SECRET-x', SecurityToken: 'SECRET-t', ...expired}
    const answer = JSON.stringify({Code: 'Success', ...session, Credentials: session})
    const {port, close} = await listenOnLoopback(createServer((_request, response) => response.end(answer)))
    const url = `http://127.0.0.1:${port}`
    const printed = JSON.stringify({mode: 'AK', ...PAIR, expiration: expired.Expiration})
    const program = await world.home.write('old.cjs', `console.log(${JSON.stringify(printed)})`)
    const path = await world.writeProfile({mode: 'External', process_command: `"${process.execPath}" "${program}"`})
    try {
      for (const [args, env, next] of [
        [['--role-arn', FIRST], USER_ENV, "check this machine's clock"],
        [['--profile-file', path], {}, 'correct the program'],
        [[], {ALIBABA_CLOUD_CREDENTIALS_URI: `${url}/`}, 'correct what serves the URI'],
      ] as const) {
        const {stderr, exitCode} = await runCli(
          ['credential-plugin', 'get-token', '-c', CLUSTER_ID, '--sts-endpoint', url, ...args],
          {home: world.home.dir, env},
        )
        expect(exitCode, stderr).to.equal(4)
        expect(stderr).to.contain('expired at 2020-01-01').and.contain(`Next: ${next}`).and.not.match(SHOWN_SECRET)
      }
    } finally {
      await close()
    }
  })

  for (const [what, reply] of [
    ['redirects', {status: 302, location: 'https://portal.example/SECRET-x'}],
    ['is a login page', {status: 200, contentType: 'text/html'}],
  ] as const)
    it(`${what}: says so for each source that is called`, async () => {
      const server = createServer((_request, response) => {
        const headers = 'location' in reply ? {location: reply.location} : {'content-type': reply.contentType}
        response.writeHead(reply.status, headers).end('<html>SECRET-page</html>')
      })
      const {port, close} = await listenOnLoopback(server)
      const url = `http://127.0.0.1:${port}`
      const role = ['--role-arn', FIRST]
      const oidc = {
        ALIBABA_CLOUD_ROLE_ARN: FIRST,
        ALIBABA_CLOUD_OIDC_PROVIDER_ARN: PROVIDER,
        ALIBABA_CLOUD_OIDC_TOKEN_FILE: await world.home.write('token', 'SECRET-oidc'),
      }
      const words =
        'location' in reply ? /redirected to portal\.example \(HTTP 302\)/ : /an HTML page answered \(text\/html\)/
      try {
        for (const [args, env] of [
          [['get-token', ...role], USER_ENV],
          [['get-token'], oidc],
          [['get-token'], {ALIBABA_CLOUD_CREDENTIALS_URI: `${url}/`}],
          [['get-token', '--credential-type', 'imds'], {ALIBABA_CLOUD_IMDS_ENDPOINT: url}],
          [['get-credential'], USER_ENV],
        ] as const) {
          const endpoints = ['--sts-endpoint', url, '--cs-endpoint', url]
          const {stdout, stderr, exitCode} = await runCli(
            ['credential-plugin', ...args, '-c', CLUSTER_ID, ...endpoints, '--no-cache'],
            {home: world.home.dir, env},
          )
          expect({stdout, exitCode}, stderr).to.deep.equal({stdout: '', exitCode: 6})
          expect(stderr).to.match(words).and.not.match(SHOWN_SECRET)
        }
      } finally {
        await close()
      }
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
