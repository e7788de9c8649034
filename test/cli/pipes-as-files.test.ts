import {execFileSync, spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdir, rm} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {text} from 'node:stream/consumers'

import {expect} from 'chai'

import {ALICE, CLUSTER_ID, envOf, ROLE, startClusterWorld} from '../support/cluster-world.ts'
import {CLI_CONFIG, CREDENTIALS_INI, makeHome, type TestHome} from '../support/home.ts'
import {cliEnvironment, runCliProcess, SHELL_PROGRAM} from '../support/run-cli.ts'

const GET_TOKEN = ['credential-plugin', 'get-token', '-c', CLUSTER_ID]
const OIDC = {ALIBABA_CLOUD_ROLE_ARN: ROLE, ALIBABA_CLOUD_OIDC_PROVIDER_ARN: 'acs:ram::1:oidc-provider/p'}
const INI = `[default]
type = access_key
access_key_id = ${ALICE.accessKeyId}
access_key_secret = ${ALICE.accessKeySecret}
`

describe('a pipe where a file is expected', () => {
  let home: TestHome

  before(async function () {
    if (process.platform === 'win32') this.skip()
    home = await makeHome()
  })
  after(() => home?.remove())

  const makePipe = async (path: string): Promise<string> => {
    const whole = join(home.dir, path)
    await mkdir(dirname(whole), {recursive: true})
    execFileSync('mkfifo', ['-m', '600', whole])
    return whole
  }

  const role = ['--role-arn', ROLE, '--sts-endpoint', 'http://127.0.0.1:1']
  const places: Record<string, {at: string; args: readonly string[]; env?: Record<string, string>; code: number}> = {
    'the file of --profile-file': {at: 'p', args: [...GET_TOKEN, '--profile-file', '~/p'], code: 3},
    'config.json': {at: CLI_CONFIG, args: GET_TOKEN, code: 3},
    'the INI file': {at: CREDENTIALS_INI, args: GET_TOKEN, code: 3},
    'the file of ALIBABA_CLOUD_CREDENTIALS_FILE': {
      at: 'c',
      args: GET_TOKEN,
      env: {ALIBABA_CLOUD_CREDENTIALS_FILE: 'c'},
      code: 3,
    },
    'the OIDC token': {
      at: 't',
      args: [...GET_TOKEN, '--sts-endpoint', 'http://127.0.0.1:1'],
      env: {...OIDC, ALIBABA_CLOUD_OIDC_TOKEN_FILE: 't'},
      code: 3,
    },
    'the file of --role-policy': {
      at: 'r',
      args: [...GET_TOKEN, ...role, '--role-policy', '@r'],
      env: envOf(ALICE),
      code: 2,
    },
    'the certificates to trust': {
      at: 's',
      args: [...GET_TOKEN, '--role-arn', ROLE, '--sts-endpoint', 'https://127.0.0.1:1'],
      env: {...envOf(ALICE), SSL_CERT_FILE: 's'},
      code: 2,
    },
  }

  for (const [what, {at, args, env = {}, code}] of Object.entries(places))
    it(`keeps nobody waiting when nobody writes to it: ${what}`, async () => {
      const path = await makePipe(at)
      const whole = (value: string): string => (value === at ? path : value === `@${at}` ? `@${path}` : value)
      const {stdout, stderr, exitCode} = await runCliProcess([...args.map(whole), '--timeout', '500ms'], {
        home: home.dir,
        env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, whole(value)])),
      })
      await rm(path)
      expect({stdout, exitCode}, stderr).to.deep.equal({stdout: '', exitCode: code})
      expect(stderr)
        .to.contain(path)
        .and.match(/: it is a (?:named pipe, and nothing was written to it|pipe, not a file)/)
    })

  it('keeps nobody waiting when it is a kubeconfig', async () => {
    const cloud = await startClusterWorld()
    const path = await makePipe('kubeconfig')
    try {
      const update = ['credential-plugin', 'update-kubeconfig', '-c', CLUSTER_ID, '--cs-endpoint', cloud.cs.endpoint]
      const {stderr, exitCode} = await runCliProcess([...update, '--kubeconfig', path, '--timeout', '5s'], {
        home: home.dir,
        env: envOf(ALICE),
      })
      expect(exitCode, stderr).to.equal(7)
      expect(stderr).to.contain(path)
    } finally {
      await rm(path)
      await cloud.close()
    }
  })

  it('is skipped with a warning when it is the list of plugins', async () => {
    const path = await makePipe('.local/share/ack-ram-tool/package.json')
    const {stdout, stderr, exitCode} = await runCliProcess(GET_TOKEN, {home: home.dir, env: envOf(ALICE)})
    await rm(path)
    expect(exitCode, stderr).to.equal(0)
    expect(stdout).to.contain('ExecCredential')
  })

  it('is not looked for among the colours of oclif', async () => {
    const path = await makePipe('.config/ack-ram-tool/theme.json')
    const {stdout, stderr, exitCode} = await runCliProcess(['credential-plugin'], {home: home.dir})
    await rm(path)
    expect(exitCode, stderr).to.equal(0)
    expect(stdout).to.contain('get-token')
  })

  it('is read when a shell or a program writes to it', async () => {
    const path = await makePipe('written')
    await home.write('profile', INI)
    for (const command of [
      `${SHELL_PROGRAM} ${GET_TOKEN.join(' ')} --profile-file <(cat profile)`,
      `${SHELL_PROGRAM} ${GET_TOKEN.join(' ')} --profile-file /dev/stdin < profile`,
      `cat profile | ${SHELL_PROGRAM} ${GET_TOKEN.join(' ')} --profile-file /dev/stdin`,
      `(sleep 0.1; cat profile > '${path}') & ${SHELL_PROGRAM} ${GET_TOKEN.join(' ')} --profile-file '${path}'; wait`,
    ]) {
      const child = spawn('bash', ['-c', command], {
        cwd: home.dir,
        env: cliEnvironment(home.dir, {}),
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
      expect(stderr, command).to.equal('')
      expect(stdout, command).to.contain('ExecCredential')
    }
  })

  it('is refused for an entry of a kubeconfig, where it would be gone when kubectl reads it', async () => {
    await home.write('profile', INI)
    await home.write('policy', '{}')
    const cloud = await startClusterWorld()
    const get = `${SHELL_PROGRAM} get-kubeconfig -c ${CLUSTER_ID} --cs-endpoint ${cloud.cs.endpoint} --sts-endpoint ${cloud.sts.endpoint} -m token`
    for (const [command, what] of [
      [`${get} --profile-file <(cat profile)`, '--profile-file'],
      [`${get} --profile-file /dev/stdin < profile`, '--profile-file'],
      [`ALIBABA_CLOUD_CREDENTIALS_FILE=<(cat profile) ${get}`, 'the file of the credentials'],
      [`${get} --profile-file profile --role-arn ${ROLE} --role-policy @<(cat policy)`, '--role-policy'],
    ] as const) {
      const env = cliEnvironment(home.dir, {})
      const child = spawn('bash', ['-c', command], {cwd: home.dir, env, stdio: ['ignore', 'pipe', 'pipe']})
      const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
      expect(stdout, command).to.equal('')
      expect(stderr, command).to.match(new RegExp(`^Error: ${what} is /dev/\\S+, which only this run can read`))
    }
    await cloud.close()
  })

  it('and a device that never ends is no file either', async () => {
    for (const [args, message] of [
      [['--profile-file', '/dev/zero'], '/dev/zero is larger than 1 MiB'],
      [['--role-arn', ROLE, '--role-policy', '@/dev/zero'], 'it is larger than 64 KiB'],
    ] as const) {
      const {stderr, exitCode} = await runCliProcess([...GET_TOKEN, ...args], {home: home.dir, env: envOf(ALICE)})
      expect(exitCode).to.be.oneOf([2, 3])
      expect(stderr).to.contain(message)
    }
  })
})
