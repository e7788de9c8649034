import {expect} from 'chai'

import {createClusterCa} from '../local-cloud/cluster-ca.ts'
import {CLUSTER_ID, FIRST, SHOWN_SECRET, USER, USER_ENV, useStsWorld} from '../support/sts-world.ts'
import {runCliProcess, STANDALONE, type CliResult} from '../support/run-cli.ts'

describe('what Node is told by its environment', () => {
  const world = useStsWorld()

  const assume = (env: Record<string, string>): Promise<CliResult> =>
    runCliProcess(world.getToken(['--role-arn', FIRST, '--no-cache']), {
      home: world.home.dir,
      env: {...USER_ENV, ...env},
    })

  it('makes nothing visible that is sent, by NODE_DEBUG', async () => {
    for (const sections of ['http', 'https,http,net,tls,stream', 'HTTP', 'h*']) {
      const {stdout, stderr, exitCode} = await assume({NODE_DEBUG: sections})
      expect({stderr, exitCode}, sections).to.deep.equal({stderr: '', exitCode: 0})
      expect(stdout).to.match(/^k8s-ack-v2\.\S+\n$/)
    }
    // What Node says while it starts is before our time.
    const {stderr, exitCode} = await assume({NODE_DEBUG: '*'})
    expect(exitCode).to.equal(0)
    expect(stderr)
      .to.not.match(SHOWN_SECRET)
      .and.not.match(/authorization|x-acs-|OIDCToken/i)
  })

  it('keeps its own errors and its log beside NODE_DEBUG', async () => {
    world.sts.failNext(1, {status: 500, code: 'InternalError'})
    const {stderr, exitCode} = await assume({NODE_DEBUG: 'http', ACK_RAM_TOOL_LOG_LEVEL: 'debug'})
    expect(exitCode).to.equal(0)
    expect(stderr)
      .to.match(/debug: AssumeRole at \S+: InternalError, retrying in/)
      .and.not.match(/HTTP \d+:/)
    const refused = await assume({NODE_DEBUG: 'http', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'SECRET-wrong'})
    expect(refused.exitCode).to.equal(4)
    expect(refused.stderr).to.match(/^Error: AssumeRole at /)
  })

  it('decides neither identity nor output, by NODE_OPTIONS', async function () {
    if (STANDALONE) this.skip()
    const arn = async (env: Record<string, string>): Promise<string> => {
      const {stdout, exitCode, stderr} = await assume(env)
      expect(exitCode, stderr).to.equal(0)
      const [, payload = ''] = stdout.split('.')
      const {clusterId} = JSON.parse(Buffer.from(payload, 'base64').toString()) as {clusterId: string}
      return clusterId
    }
    for (const options of [
      '--no-network-family-autoselection --network-family-autoselection-attempt-timeout=10',
      '--tls-min-v1.0 --tls-max-v1.2',
      '--tls-cipher-list=NULL',
      '--use-openssl-ca',
      '--trace-warnings --pending-deprecation',
      '--disable-proto=throw',
      '--max-http-header-size=8',
      '--unhandled-rejections=none',
      '--insecure-http-parser',
      '--preserve-symlinks',
      '--jitless',
    ])
      expect(await arn({NODE_OPTIONS: options}), options).to.equal(CLUSTER_ID)
  })

  it('neither fails nor warns where Node makes an error of what is deprecated, and says what it needs where no text is evaluated', async function () {
    if (STANDALONE) this.skip()
    const run = (args: string, options: string): Promise<CliResult> =>
      runCliProcess(args.split(' '), {
        home: world.home.dir,
        env: {...USER_ENV, NODE_OPTIONS: options, ACK_RAM_TOOL_STS_ENDPOINT: world.sts.endpoint},
      })
    const commands = [
      'auth whoami',
      'config list',
      'rrsa status --help',
      'update-kubeconfig -c c1 --server https://10.0.0.1 --certificate-authority ~/ca.pem --diff',
      'nonsense',
    ]
    await world.home.write('ca.pem', (await createClusterCa(new Date())).certPem)
    const stderrOf = ({stderr, stdout}: CliResult): object => ({stderr: stderr.replaceAll(/^\S+Z /gm, ''), stdout})
    for (const args of commands) {
      const plain = stderrOf(await run(args, ''))
      expect(stderrOf(await run(args, '--pending-deprecation --throw-deprecation')), args).to.deep.equal(plain)
    }
    const {stderr, exitCode} = await run('help', '--disallow-code-generation-from-strings')
    expect(exitCode).to.equal(1)
    expect(stderr).to.contain('Next: take --disallow-code-generation-from-strings out of NODE_OPTIONS')
  })

  it('has Node write no report, which would hold the secrets of the environment', async function () {
    if (STANDALONE) this.skip()
    const seen = `const {report} = process
process.on('exit', () => {
  const flags = [report.reportOnFatalError, report.reportOnSignal, report.reportOnUncaughtException]
  require('node:fs').writeSync(2, String(flags))
})`
    const preload = await world.home.write('look.cjs', seen)
    const reports = '--report-on-fatalerror --report-on-signal --report-uncaught-exception'
    const {stderr, exitCode} = await assume({NODE_OPTIONS: `${reports} --require=${preload}`})
    expect({stderr, exitCode}).to.deep.equal({stderr: 'false,false,false', exitCode: 0})
  })

  it('makes nothing else of an executable, by variables of Bun', async function () {
    if (!STANDALONE) this.skip()
    const preload = await world.home.write('preload.js', `console.log('SECRET-preloaded')`)
    for (const env of [
      {BUN_OPTIONS: `--preload ${preload}`},
      {BUN_OPTIONS: '--version'},
      {BUN_BE_BUN: '1'},
      {BUN_INSPECT_PRELOAD: preload},
      {BUN_CONFIG_VERBOSE_FETCH: 'curl'},
      {NODE_OPTIONS: `--require ${preload}`},
    ]) {
      const {stdout, stderr, exitCode} = await assume(env)
      expect({stderr, exitCode}, JSON.stringify(env)).to.deep.equal({stderr: '', exitCode: 0})
      expect(stdout).to.match(/^k8s-ack-v2\.\S+\n$/)
    }
    const version = await runCliProcess(['--version'], {home: world.home.dir, env: {BUN_BE_BUN: '1'}})
    expect(version.stdout).to.match(/^ack-ram-tool\//)
  })

  it('does not switch verification off', async () => {
    const tls = {NODE_TLS_REJECT_UNAUTHORIZED: '0'}
    const {stdout, stderr, exitCode} = await runCliProcess(
      ['credential-plugin', 'get-token', '-c', CLUSTER_ID, '--role-arn', FIRST, '--sts-endpoint', '127.0.0.1:1'],
      {home: world.home.dir, env: {...USER_ENV, ...tls}},
    )
    expect({stdout, exitCode}).to.deep.equal({stdout: '', exitCode: 2})
    expect(stderr)
      .to.match(/^Error: NODE_TLS_REJECT_UNAUTHORIZED switches .* off \(InvalidOption\)\n {2}Next: unset it/)
      .and.not.contain(USER.accessKeySecret)
    const without = await runCliProcess(world.getToken([]), {home: world.home.dir, env: {...USER_ENV, ...tls}})
    expect(without, 'where nothing is called').to.include({exitCode: 0, stderr: ''})
  })
})
