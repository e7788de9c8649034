import {spawn} from 'node:child_process'
import {once} from 'node:events'

import {expect} from 'chai'

import {startMetadataServer, type LocalMetadataServer} from '../local-cloud/metadata-server.ts'
import {cliEnvironment, PROGRAM, runCli, type CliResult} from '../support/run-cli.ts'
import {FIRST, SHOWN_SECRET, USER_ENV, useStsWorld} from '../support/sts-world.ts'

describe('utils test-ecs-metadata', () => {
  const world = useStsWorld()
  let metadata: LocalMetadataServer

  const start = async (given: Parameters<typeof startMetadataServer>[0] = {}): Promise<void> => {
    const credentials = world.sts.issue('acs:ram::1:assumed-role/node/i-1')
    metadata = await startMetadataServer({role: {name: 'node', credentials}, ...given})
  }
  afterEach(() => metadata.close())

  /** With an AccessKey in the environment, which must not count. */
  const environment = (env: Record<string, string> = {}): Record<string, string> => ({
    ...USER_ENV,
    ALIBABA_CLOUD_IMDS_ENDPOINT: metadata.endpoint,
    ACK_RAM_TOOL_STS_ENDPOINT: world.sts.endpoint,
    ...env,
  })
  const test = async (env: Record<string, string> = {}): Promise<CliResult> => {
    const result = await runCli(['utils', 'test-ecs-metadata', '--no-loop'], {
      home: world.home.dir,
      env: environment(env),
    })
    expect(result.stdout + result.stderr).not.to.match(SHOWN_SECRET)
    return result
  }

  it('shows each step with its time, and asks nothing else for credentials', async () => {
    await start()
    const {stdout, stderr, exitCode} = await test()
    expect({stderr, exitCode}).to.deep.equal({stderr: '', exitCode: 0})
    const lines = stdout.trimEnd().split('\n')
    expect(lines.map((line) => line.replace(/, \d+ ms$/, ', N ms'))).to.deep.equal([
      'session token  HTTP 200, N ms',
      'role name      HTTP 200, N ms',
      'credentials    HTTP 200, N ms',
      lines[3]?.replace(/, \d+ ms$/, ', N ms'),
      'identity       acs:ram::1:assumed-role/node/i-1, N ms',
      'success',
    ])
    expect(lines[3]).to.match(/^result {9}AccessKey ID STS\.\S+, valid until \S+Z, \d+ ms$/)
  })

  it('ends with an exit code where a step fails, and shows how far it came', async () => {
    await start({role: undefined} as never)
    const noRole = await test()
    expect(noRole.exitCode).to.equal(3)
    expect(noRole.stdout).to.match(/^session token {2}HTTP 200, \d+ ms\nrole name {6}HTTP 404, \d+ ms\n$/)
    expect(noRole.stderr).to.contain('has no RAM role attached')
    expect((await test({ALIBABA_CLOUD_IMDS_ENDPOINT: 'http://127.0.0.1:1'})).exitCode).to.equal(5)
    expect((await test({ALIBABA_CLOUD_ECS_METADATA_DISABLED: 'true'})).exitCode).to.equal(3)
  })

  it('honours the variables of the metadata service', async () => {
    await start({v2: 'optional'})
    const {stdout, exitCode} = await test({ALIBABA_CLOUD_IMDSV2_DISABLED: 'true', ALIBABA_CLOUD_ECS_METADATA: 'node'})
    expect({exitCode, steps: stdout.split('\n').map((line) => line.slice(0, 13).trim())}).to.deep.equal({
      exitCode: 0,
      steps: ['credentials', 'result', 'identity', 'success', ''],
    })
    const neither = await test({ALIBABA_CLOUD_IMDSV1_DISABLED: 'true', ALIBABA_CLOUD_IMDSV2_DISABLED: 'true'})
    expect({stdout: neither.stdout, exitCode: neither.exitCode}).to.deep.equal({stdout: '', exitCode: 3})
    expect(neither.stderr).to.contain('ALIBABA_CLOUD_IMDSV1_DISABLED and ALIBABA_CLOUD_IMDSV2_DISABLED forbid')
    expect((await test({ACK_RAM_TOOL_ROLE_ARN: FIRST})).stdout, 'no role on top').to.contain('assumed-role/node')
  })

  it('goes on until it is told to end, without --no-loop', async function () {
    if (process.platform === 'win32') this.skip()
    await start()
    const [program, ...args] = [...PROGRAM, 'utils', 'test-ecs-metadata']
    const child = spawn(program ?? '', args, {
      env: cliEnvironment(world.home.dir, environment()),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let stdout = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
      if (stdout.endsWith('success\n')) child.kill('SIGTERM')
    })
    const [exitCode] = (await once(child, 'close')) as [number]
    expect({exitCode, isOver: stdout.endsWith('success\nexit\n')}).to.deep.equal({exitCode: 0, isOver: true})
  })

  it('ends at once also while STS does not answer', async function () {
    if (process.platform === 'win32') this.skip()
    await start()
    world.sts.failNext(Infinity, 'hang')
    const [program, ...args] = [...PROGRAM, 'utils', 'test-ecs-metadata', '--timeout', '1h']
    const child = spawn(program ?? '', args, {
      env: cliEnvironment(world.home.dir, environment()),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let stdout = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
      if (/^result .*\n$/m.test(stdout)) child.kill('SIGTERM')
    })
    const [exitCode] = (await once(child, 'close')) as [number]
    expect({exitCode, isOver: stdout.endsWith(' ms\nexit\n')}).to.deep.equal({exitCode: 0, isOver: true})
  })
})
