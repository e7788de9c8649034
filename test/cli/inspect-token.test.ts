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
      expect(stdout).to.match(/^pass +signature +[0-9a-f]{6}…, the same with the secret of AccessKey of/m)
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

  it('says what STS refuses, and ends with an error where STS cannot be asked', async () => {
    const {stdout, stderr, exitCode} = await inspect([
      await token(),
      '--online',
      '--sts-endpoint',
      'http://127.0.0.1:1',
    ])
    expect({stdout, exitCode}).to.deep.equal({stdout: '', exitCode: 5})
    expect(stderr).to.contain('GetCallerIdentity at 127.0.0.1:1 cannot be reached')
    const foreign = await token([], {...USER_ENV, ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'SECRET-of-nobody'})
    const refused = await answer([foreign, '--online'], {})
    expect(refused.exitCode).to.equal(4)
    expect(refused.checks.at(-1)?.why)
      .to.contain('SignatureDoesNotMatch')
      .and.to.match(/RequestId/)
  })

  it('refuses more than one token, and none', async () => {
    for (const args of [['a', 'b'], ['--from-exec', 'a'], [], ['-']]) {
      const {stdout, exitCode} = await inspect(args)
      expect({stdout, exitCode}, args.join(' ')).to.deep.equal({stdout: '', exitCode: 2})
    }
  })
})
