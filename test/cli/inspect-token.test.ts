import {spawnSync} from 'node:child_process'

import {expect} from 'chai'
import {parse, parseDocument} from 'yaml'

import {cliEnvironment, PROGRAM, runCli, type CliResult} from '../support/run-cli.ts'
import {CLUSTER_ID, FIRST, SESSION, SHOWN_SECRET, USER, USER_ENV, useStsWorld} from '../support/sts-world.ts'

interface Answer {
  readonly version: string | null
  readonly checks: readonly {check: string; result: string; why: string; nextStep: string}[]
  readonly identity: {accountId: string; arn: string; canonicalArn: string; mapping: object} | null
}

describe('credential-plugin inspect-token', () => {
  const world = useStsWorld()

  const inspect = (args: readonly string[], env: Record<string, string> = USER_ENV): Promise<CliResult> =>
    runCli(['credential-plugin', 'inspect-token', '--sts-endpoint', world.sts.endpoint, ...args], {
      home: world.home.dir,
      env,
    })
  const answer = async (...given: Parameters<typeof inspect>): Promise<Answer & {exitCode: number | null}> => {
    const {stdout, stderr, exitCode} = await inspect([...given[0], '-o', 'json'], given[1])
    expect(stderr).to.equal('')
    expect(stdout).not.to.match(SHOWN_SECRET)
    return {...(JSON.parse(stdout) as Answer), exitCode}
  }
  const token = async (args: readonly string[] = [], env = USER_ENV): Promise<string> =>
    (await world.run(args, env)).stdout.trim()
  const resultOf = ({checks}: Answer, name: string): string | undefined =>
    checks.find(({check}) => check === name)?.result

  it('reads a token from standard input, or the ExecCredential around it', async () => {
    const signed = await token()
    const forms = [signed, `${signed}\n`, JSON.stringify({kind: 'ExecCredential', status: {token: signed}})]
    for (const input of forms) {
      const [program, ...args] = [...PROGRAM, 'credential-plugin', 'inspect-token', '-c', CLUSTER_ID]
      const {stdout, status} = spawnSync(program ?? '', args, {
        env: cliEnvironment(world.home.dir, USER_ENV),
        input,
        encoding: 'utf8',
      })
      expect(status, stdout).to.equal(0)
      expect(stdout).to.match(/^pass +signature +[0-9a-f]{6}…, the same with the secret of the AccessKey of/m)
      expect(stdout, 'not the whole signature').not.to.match(/[0-9a-f]{40}/)
    }
  })

  it('makes the token itself with --from-exec, by every source', async () => {
    const own = await answer(['--from-exec', '-c', CLUSTER_ID])
    expect({exitCode: own.exitCode, signature: resultOf(own, 'signature')}).to.deep.equal({
      exitCode: 0,
      signature: 'pass',
    })
    const ofRole = await answer(['--from-exec', '-c', CLUSTER_ID, '--role-arn', FIRST, '--online'])
    expect(resultOf(ofRole, 'signature')).to.equal('pass')
    expect(ofRole.identity?.canonicalArn).to.equal(FIRST)
    expect(
      (await answer(['--from-exec', '-c', CLUSTER_ID, '--token-version', 'v1', '--log-level', 'error'])).version,
    ).to.equal('v1')
  })

  it('exits with 4 if a check fails, and says which and what to do', async () => {
    const {checks, exitCode} = await answer(['-c', CLUSTER_ID.toUpperCase(), await token()])
    expect(exitCode).to.equal(4)
    expect(checks.filter(({result}) => result === 'fail')).to.have.length(1)
    expect(checks.find(({check}) => check === 'cluster id')).to.include({
      why: '"c1", and the server is "C1": only upper and lower case differ',
    })
  })

  it('takes a token of version 1 for refused, unless the server is of that time', async () => {
    const old = await token(['--token-version', 'v1', '--sts-endpoint', 'sts.aliyuncs.com'])
    expect(resultOf(await answer([old, '-c', CLUSTER_ID]), 'prefix')).to.equal('fail')
    const forOld = await answer([old, '-c', CLUSTER_ID, '--token-version', 'v1', '--online'])
    expect({exitCode: forOld.exitCode, arn: forOld.identity?.arn}).to.deep.equal({exitCode: 0, arn: USER.arn})
  })

  it('tells a wrong secret from a secret that is not there', async () => {
    const signed = await token()
    const other = {...USER_ENV, ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'SECRET-other'}
    expect(resultOf(await answer([signed], other), 'signature')).to.equal('fail')
    expect(resultOf(await answer([signed], {}), 'signature')).to.equal('unknown')
    const ofSession = await token([], {
      ALIBABA_CLOUD_ACCESS_KEY_ID: SESSION.accessKeyId,
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: SESSION.accessKeySecret,
      ALIBABA_CLOUD_SECURITY_TOKEN: SESSION.securityToken,
    } as never)
    expect(resultOf(await answer([ofSession]), 'signature')).to.equal('unknown')
  })

  it('sends it to STS with --online, and shows who that is and what an administrator would create', async () => {
    const args = [await token(['--role-arn', FIRST]), '-c', CLUSTER_ID, '--online']
    const {identity, checks, exitCode} = await answer(args)
    expect({exitCode, last: checks.at(-1)?.check}).to.deep.equal({exitCode: 0, last: 'STS'})
    expect(identity).to.deep.include({
      accountId: '1',
      arn: 'acs:ram::1:assumed-role/first/ack-ram-tool',
      canonicalArn: FIRST,
    })
    const {stdout} = await inspect(args)
    const yaml = stdout.slice(stdout.indexOf('apiVersion:'))
    expect(parse(yaml)).to.deep.equal(identity?.mapping)
    expect(parseDocument(yaml).errors).to.deep.equal([])
    expect(identity?.mapping).to.deep.include({
      apiVersion: 'ramauthenticator.k8s.alibabacloud/v1alpha1',
      kind: 'RAMIdentityMapping',
    })
  })

  it('says what STS refuses', async () => {
    const foreign = await token([], {...USER_ENV, ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'SECRET-of-nobody'})
    const refused = await answer([foreign, '--online'], {})
    expect(refused.exitCode).to.equal(4)
    expect(refused.checks.at(-1)?.why)
      .to.contain('SignatureDoesNotMatch')
      .and.to.match(/RequestId/)
  })

  it('shows all other checks where STS cannot be asked or answers something else, and ends with that error', async () => {
    const signed = await token()
    const unanswered = async (exitCode: number, reason: string, ...args: string[]): Promise<void> => {
      const result = await inspect([signed, '--online', '-o', 'json', ...args])
      expect(result.exitCode).to.equal(exitCode)
      expect(result.stderr).to.contain(reason).and.not.to.match(SHOWN_SECRET)
      const shown = JSON.parse(result.stdout) as Answer
      expect(resultOf(shown, 'signature')).to.equal('pass')
      const last = shown.checks.at(-1)
      expect(last).to.include({check: 'STS', result: 'unknown'})
      expect(last?.why).to.contain(reason)
      expect(shown.identity).to.equal(null)
      const other = await inspect([signed, '-c', 'another', '--online', ...args])
      expect(other.exitCode, 'a check that fails says more').to.equal(4)
    }
    await unanswered(5, 'GetCallerIdentity at 127.0.0.1:1 cannot be reached', '--sts-endpoint', 'http://127.0.0.1:1')
    world.sts.failNext(1, 'garbage')
    await unanswered(6, 'an HTML page answered')
  })

  describe('asks STS nothing that no server would ask, and says at which check it ends', () => {
    const online = async (signed: string, ...args: string[]): Promise<Answer['checks'][number] | undefined> => {
      const before = world.sts.requests.length
      const {checks, identity, exitCode} = await answer([signed, '-c', CLUSTER_ID, '--online', ...args])
      expect({exitCode, identity, sent: world.sts.requests.length - before}).to.deep.equal({
        exitCode: 4,
        identity: null,
        sent: 0,
      })
      return checks.at(-1)
    }
    const changed = async (change: (token: {headers: Record<string, string>}) => void): Promise<string> => {
      const object = JSON.parse(Buffer.from((await token()).slice(11), 'base64').toString()) as never
      change(object)
      return `k8s-ack-v2.${Buffer.from(JSON.stringify(object)).toString('base64')}`
    }
    const skippedReplay = (check: string): object => ({
      check: 'STS',
      result: 'unknown',
      why: `not asked, since the server ends at its check of the ${check}`,
      nextStep: '',
    })

    it('with another action, or for another cluster', async () => {
      const other = await changed(({headers}) => (headers['x-acs-action'] = 'DeleteUser'))
      expect(await online(other)).to.deep.equal(skippedReplay('action'))
      expect(await online(await token(), '-c', 'c2')).to.deep.equal(skippedReplay('cluster id'))
    })

    it('with a line break in a header, which is not of the credentials at hand', async () => {
      const broken = await changed(({headers}) => (headers['x-acs-security-token'] = 'SECRET-1\r\nx: y'))
      expect(await online(broken)).to.deep.equal(skippedReplay('headers'))
      const {checks} = await answer([broken, '-c', CLUSTER_ID])
      expect(checks.find(({check}) => check === 'headers')?.why).to.match(/^x-acs-security-token has a line break/)
    })

    it('in another form than it takes', async () => {
      const signed = await token()
      expect(await online(signed.replaceAll('=', ''))).to.deep.equal(skippedReplay('base64'))
      expect(await online(signed, '--token-version', 'v1')).to.deep.equal(skippedReplay('prefix'))
      expect(await online('k8s-ack-v2.e30x')).to.deep.equal(skippedReplay('JSON'))
      const old = await token(['--token-version', 'v1'])
      expect(await online(old, '--token-version', 'v1')).to.deep.equal(skippedReplay('address'))
    })
  })

  it('sends what a server would send although STS cannot like it, as it is', async () => {
    const object = JSON.parse(Buffer.from((await token()).slice(11), 'base64').toString()) as {
      headers: Record<string, string>
    }
    Object.assign(object.headers, {'x-acs-date': '2020-01-01T00:00:00Z', 'x-acs-security-token': '令牌'})
    const signed = `k8s-ack-v2.${Buffer.from(JSON.stringify(object)).toString('base64')}`
    const {checks, exitCode} = await answer([signed, '-c', CLUSTER_ID, '--online'])
    expect({exitCode, date: checks.find(({check}) => check === 'date')?.result}).to.deep.equal({
      exitCode: 4,
      date: 'fail',
    })
    expect(checks.at(-1)).to.include({check: 'STS', result: 'fail'})
  })

  it('refuses more than one token, and none', async () => {
    for (const args of [['a', 'b'], ['--from-exec', 'a'], [], ['-']]) {
      const {stdout, exitCode} = await inspect(args)
      expect({stdout, exitCode}, args.join(' ')).to.deep.equal({stdout: '', exitCode: 2})
    }
  })
})
