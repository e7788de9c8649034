import {createServer, type ServerResponse} from 'node:http'

import {expect} from 'chai'
import {parse} from 'yaml'

import {listenOnLoopback} from '../local-cloud/loopback-server.ts'
import {CLI_CONFIG, CREDENTIALS_INI} from '../support/home.ts'
import {runCli, type CliResult} from '../support/run-cli.ts'
import {FIRST, PAIR, SESSION, SHOWN_SECRET, USER, USER_ENV, useStsWorld} from '../support/sts-world.ts'

describe('auth whoami', () => {
  const world = useStsWorld()

  const run = (args: readonly string[] = [], env: Record<string, string> = USER_ENV): Promise<CliResult> =>
    runCli(['auth', 'whoami', '--sts-endpoint', world.sts.endpoint, ...args], {home: world.home.dir, env})
  const rows = async (...given: Parameters<typeof run>): Promise<readonly (readonly [string, string])[]> => {
    const {stdout, stderr, exitCode} = await run(...given)
    expect({stderr, exitCode}).to.deep.equal({stderr: '', exitCode: 0})
    expect(stdout).not.to.match(SHOWN_SECRET)
    return stdout
      .trimEnd()
      .split('\n')
      .map((line) => [line.slice(0, 14).trimEnd(), line.slice(14)])
  }

  it('says what switches credentials off, and how they are switched on again', async () => {
    await world.home.write(CLI_CONFIG, {current: 'p', profiles: [{name: 'p', mode: 'AK', ...PAIR}]})
    const by = 'ALIBABACLOUD_IGNORE_PROFILE'
    const none = await run([], {[by]: 'TRUE'})
    expect(none.exitCode).to.equal(3)
    expect(none.stderr)
      .to.contain(`config.json: ignored by ${by}`)
      .and.contain(`Next: unset ${by}, set ALIBABA_CLOUD_ACCESS_KEY_ID`)
      .and.not.contain('aliyun configure')
    const both = await run(['--ignore-env-credentials'], {...USER_ENV, [by]: 'TRUE'})
    expect(both.stderr)
      .to.contain('environment: ignored by --ignore-env-credentials')
      .and.contain(`Next: remove --ignore-env-credentials, unset ${by}, or pass --profile-file\n`)
    const defaults = await world.home.write('.config/ack-ram-tool/config.yaml', 'ignore-aliyun-cli-credentials: true\n')
    expect((await run([], {})).stderr).to.contain(`Next: remove ignore-aliyun-cli-credentials in ${defaults}:1, set`)
  })

  it('says what switches off the profiles of which one was typed', async () => {
    const by = 'ALIBABACLOUD_IGNORE_PROFILE'
    const typed = ['--profile-name', 'p']
    expect((await run(typed, {...USER_ENV, [by]: 'TRUE'})).stderr).to.contain(
      `add --ignore-env-credentials, and unset ${by}, to use the profile`,
    )
    await world.home.write(
      CREDENTIALS_INI,
      `[p]\ntype = access_key\naccess_key_id = ${USER.accessKeyId}\naccess_key_secret = ${USER.accessKeySecret}\n`,
    )
    const {stderr, exitCode} = await run(typed, {[by]: 'TRUE'})
    expect(exitCode).to.equal(0)
    expect(stderr).to.contain(`config.json, and the profiles in it: unset ${by} to use them`)
    expect((await run(typed, {})).stderr).to.equal('')
  })

  it("shows the Go tool's rows of a RAM user first, and then where the credentials came from", async () => {
    expect(await rows()).to.deep.equal([
      ['AccountId', '1'],
      ['IdentityType', 'RAMUser'],
      ['UserId', '1'],
      ['UserName', 'alice'],
      ['Arn', USER.arn],
      ['PrincipalId', '1'],
      ['Source', 'the AccessKey of the environment (ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET)'],
      ['AccessKeyId', USER.accessKeyId],
      ['ValidUntil', 'no end'],
      ['Region', 'none (global endpoint)'],
      ['Endpoint', world.sts.endpoint],
    ])
  })

  it('shows the canonical ARN of a role session, its session, and its end', async () => {
    const shown = new Map(await rows(['--role-arn', FIRST, '--region-id', 'cn-beijing']))
    expect(shown.get('IdentityType')).to.equal('AssumedRoleUser')
    expect(shown.get('RoleName')).to.equal('first')
    expect(shown.get('Arn')).to.equal(FIRST)
    expect(shown.get('RawArn')).to.equal('acs:ram::1:assumed-role/first/ack-ram-tool')
    expect(shown.get('Session')).to.equal('ack-ram-tool')
    expect(shown.get('PrincipalId')).to.match(/:ack-ram-tool$/)
    expect(shown.get('ValidUntil')).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    expect(shown.get('Region')).to.equal('cn-beijing')
  })

  it('prints all of it as JSON and YAML', async () => {
    const path = await world.writeProfile({mode: 'AK', ...PAIR})
    const {stdout} = await run(['-o', 'json'], {})
    const answer = JSON.parse(stdout) as object
    expect(answer).to.deep.equal({
      identityType: 'RAMUser',
      accountId: '1',
      arn: USER.arn,
      principalId: '1',
      userId: '1',
      roleId: '',
      userName: 'alice',
      roleName: '',
      session: '',
      canonicalArn: USER.arn,
      credentials: {
        source: `profile "p" of ${path}`,
        kind: 'AK',
        profile: 'p',
        file: path,
        variables: [],
        accessKeyId: USER.accessKeyId,
        isTemporary: false,
        expiration: null,
      },
      region: null,
      endpoint: world.sts.endpoint,
    })
    expect(parse((await run(['--output=yaml'], {})).stdout)).to.deep.equal(answer)
  })

  it('names the profile that was chosen, not its source profile', async () => {
    const path = await world.home.write(CLI_CONFIG, {
      current: 'chain',
      profiles: [
        {name: 'admin', mode: 'AK', ...PAIR},
        {
          name: 'chain',
          mode: 'ChainableRamRoleArn',
          source_profile: 'admin',
          ram_role_arn: FIRST,
          ram_session_name: 'two',
        },
      ],
    })
    const {stdout, stderr} = await run(['-o', 'json'], {})
    expect(stderr).to.equal('')
    const {credentials} = JSON.parse(stdout) as {credentials: object}
    expect(credentials).to.include({profile: 'chain', kind: 'ChainableRamRoleArn', file: path})
  })

  it('signs with a security token, whose end nobody told', async () => {
    const shown = new Map(
      await rows([], {
        ALIBABA_CLOUD_ACCESS_KEY_ID: SESSION.accessKeyId,
        ALIBABA_CLOUD_ACCESS_KEY_SECRET: SESSION.accessKeySecret,
        ALIBABA_CLOUD_SECURITY_TOKEN: SESSION.securityToken,
      }),
    )
    expect(shown.get('RawArn')).to.equal(SESSION.arn)
    expect(shown.get('ValidUntil')).to.equal('not known')
  })

  describe('says what went wrong, and shows neither URL nor secret', () => {
    const failure = async (env: Record<string, string>, ...args: string[]): Promise<CliResult> => {
      const result = await run(args, env)
      expect(result.stdout).to.equal('')
      expect(result.stderr)
        .not.to.match(SHOWN_SECRET)
        .and.not.to.match(/Signature=|AccessKeyId=|POST http/)
      return result
    }

    it('when STS refuses: code, message, RequestId and the next step', async () => {
      const {stderr, exitCode} = await failure({...USER_ENV, ALIBABA_CLOUD_ACCESS_KEY_ID: 'LTAI-nobody'})
      expect(exitCode).to.equal(4)
      expect(stderr).to.match(/GetCallerIdentity at .* HTTP 404, InvalidAccessKeyId\.NotFound, .* \(RequestId [\w-]+\)/)
      expect(stderr).to.contain('Next: check the AccessKey ID')
      const wrongSecret = await failure({...USER_ENV, ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'SECRET-wrong'})
      expect(wrongSecret.stderr).to.contain('SignatureDoesNotMatch').and.not.to.contain('LTAI-user')
    })

    it('when it cannot be reached, does not answer in time, or something else answers', async () => {
      const refused = await failure(USER_ENV, '--sts-endpoint', 'http://127.0.0.1:1')
      expect(refused.exitCode).to.equal(5)
      expect(refused.stderr).to.contain('connection refused (ECONNREFUSED)')
      world.sts.failNext(1, 'hang')
      const late = await failure(USER_ENV, '--timeout', '300ms')
      expect(late.exitCode).to.equal(5)
      world.sts.failNext(1, 'garbage')
      const garbage = await failure(USER_ENV)
      expect(garbage.exitCode).to.equal(6)
      expect(garbage.stderr).to.contain('HTTP 200, an HTML page answered')
    })

    it('when there is a stray word', async () => {
      expect((await failure(USER_ENV, 'extra')).exitCode).to.equal(2)
    })
  })

  describe('by the SDK has the limits, the retries and the errors of every other call', () => {
    /** What a server answers to everything, how often it is asked, and what its client says. */
    const answering = async (
      reply: (response: ServerResponse, count: number) => void,
      args: readonly string[] = ['auth', 'whoami'],
    ): Promise<CliResult & {readonly count: number}> => {
      let count = 0
      const {port, close} = await listenOnLoopback(createServer((_request, response) => reply(response, (count += 1))))
      try {
        const endpoint = `http://127.0.0.1:${port}`
        const result = await runCli([...args, '--sts-endpoint', endpoint], {home: world.home.dir, env: USER_ENV})
        // The port is another one each time, and so is the name of the action.
        const stderr = result.stderr
          .replaceAll(String(port), 'port')
          .replaceAll(/GetCallerIdentity|AssumeRole/g, 'Action')
        return {...result, stderr, count}
      } finally {
        await close()
      }
    }
    const whole =
      (status: number, body: string, headers: Record<string, string> = {}) =>
      (response: ServerResponse): unknown =>
        response.writeHead(status, headers).end(body)
    const IDENTITY = {AccountId: '1', Arn: USER.arn, IdentityType: 'RAMUser', PrincipalId: '1', UserId: '1'}

    for (const [what, reply] of [
      ['a number', whole(200, '5')],
      ['true', whole(200, 'true')],
      ['a text', whole(200, '"x"')],
      ['null', whole(200, 'null')],
      ['an identity with numbers', whole(200, JSON.stringify({...IDENTITY, AccountId: 1}))],
      ['an identity with an object', whole(200, JSON.stringify({...IDENTITY, Arn: {}}))],
      ['a page', whole(200, '<html>SECRET-page</html>', {'content-type': 'text/html'})],
      ['nothing', whole(200, '')],
      ['a redirect', whole(302, '', {location: 'https://portal.example/SECRET-x'})],
      ['a refusal in words', whole(400, 'Bad Request')],
      ['a refusal without words', whole(403, '')],
      ['a refusal', whole(403, JSON.stringify({Code: 'NoPermission', Message: 'no', RequestId: 'R-1'}))],
      ['a broken gateway', whole(502, '<html>', {'content-type': 'text/html'})],
      ['a throttled call', whole(429, '', {'retry-after': '100000'})],
    ] as const)
      it(`where it gets ${what}`, async () => {
        const whoami = await answering(reply)
        const role = ['credential-plugin', 'get-token', '-c', 'c1', '--no-cache', '--role-arn', FIRST]
        const {stderr, exitCode, count} = await answering(reply, role)
        expect(whoami.stdout).to.equal('')
        expect(whoami.stderr).not.to.match(SHOWN_SECRET).and.not.to.contain('(Internal)')
        if (what.startsWith('an identity')) expect(whoami.stderr).to.contain('names no account and ARN')
        // What to grant is what was called.
        else if (what !== 'a refusal') expect(whoami.stderr).to.equal(stderr)
        expect({exitCode: whoami.exitCode, count: whoami.count}).to.deep.equal({exitCode, count})
      })

    it('asks again after a failure that passes, and takes an answer with a mark of its encoding', async () => {
      const {stdout, stderr, exitCode, count} = await answering((response, attempt) =>
        attempt < 3 ? response.writeHead(503).end() : response.end(`\uFEFF${JSON.stringify(IDENTITY)}`),
      )
      expect({stderr, exitCode, count}).to.deep.equal({stderr: '', exitCode: 0, count: 3})
      expect(stdout).to.contain(USER.arn)
    })

    it('takes no answer that does not end', async () => {
      const chunk = Buffer.alloc(64 * 1024, ' ')
      let sent = 0
      const {stderr, exitCode} = await answering((response) => {
        const write = (): void => {
          while (!response.destroyed && response.write(chunk)) sent += chunk.length
        }
        response.on('drain', write)
        write()
      })
      expect({exitCode}).to.deep.equal({exitCode: 6})
      expect(stderr).to.contain('HTTP 200, the response is larger than 1 MiB')
      expect(sent, 'of which the most is on its way').to.be.below(32 * 1024 * 1024)
    })
  })

  it('goes through the proxy that the environment names', async () => {
    const {stderr} = await run(['--sts-endpoint', 'sts.cn-hangzhou.aliyuncs.com', '--timeout', '2s'], {
      ...USER_ENV,
      HTTPS_PROXY: 'http://127.0.0.1:1',
    })
    expect(stderr).to.contain('proxy 127.0.0.1:1').and.to.contain('GetCallerIdentity at sts.cn-hangzhou.aliyuncs.com')
  })
})
