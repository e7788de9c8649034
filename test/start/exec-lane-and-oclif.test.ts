import {fork, type ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import {readdir, rm} from 'node:fs/promises'
import {join, relative} from 'node:path'
import {fileURLToPath} from 'node:url'

import {expect} from 'chai'
import {
  array,
  assert as assertProperty,
  asyncProperty,
  constant,
  constantFrom,
  oneof,
  tuple,
  type Arbitrary,
} from 'fast-check'

import {ALICE, CLUSTER_ID, envOf, ROLE} from '../support/cluster-world.ts'
import type {Answers, Question} from '../support/both-ways.ts'
import {howMany} from '../support/full.ts'
import {CLI_CONFIG, CREDENTIALS_INI, makeHome, type TestHome} from '../support/home.ts'
import {keepCredentials} from '../support/kept-credentials.ts'
import {runCliProcess} from '../support/run-cli.ts'

/** Nobody listens there: what is not at hand is not to be had. */
const NOWHERE = 'http://127.0.0.1:1'

const PROFILES = [
  {name: 'ak', mode: 'AK', access_key_id: 'LTAI-ak', access_key_secret: 'SECRET-ak'},
  {name: 'sts', mode: 'StsToken', access_key_id: 'STS.1', access_key_secret: 'SECRET-s', sts_token: 'SECRET-token'},
  {name: 'old', mode: 'StsToken', access_key_id: 'STS.1', access_key_secret: 'S', sts_token: 't', sts_expiration: 1},
  {name: 'role', mode: 'RamRoleArn', access_key_id: 'LTAI-a', access_key_secret: 'SECRET', ram_role_arn: ROLE},
  {name: 'broken', mode: 'AK', access_key_id: 'LTAI-a'},
  {name: 'odd', mode: 'Nothing'},
]
const INI = `[default]
type = access_key
access_key_id = LTAI-ini
access_key_secret = SECRET-ini
[sts]
type = sts
access_key_id = STS.ini
access_key_secret = SECRET-ini
sts_token = SECRET-token
`

/** One time in so many. */
const onceIn = <T>(times: number, value: Arbitrary<T>): Arbitrary<T | null> =>
  oneof({weight: 1, arbitrary: value}, {weight: times - 1, arbitrary: constant(null)})
const flag = (name: string, ...values: readonly string[]): Arbitrary<readonly string[]> =>
  tuple(constantFrom(...values), constantFrom('=', ' ')).map(([value, separator]) =>
    separator === '=' ? [`${name}=${value}`] : [name, value],
  )
const words = (...words: readonly string[]): Arbitrary<readonly string[]> => constant(words)

const GOOD_FLAGS: Arbitrary<readonly string[]> = oneof(
  flag('--cluster-id', CLUSTER_ID, 'c1', 'c2'),
  flag('-c', CLUSTER_ID, 'c1'),
  words('-cc1'),
  flag('--api-version', 'v1', 'v1beta1'),
  flag('--profile-name', 'ak', 'sts'),
  flag('--region-id', 'cn-hangzhou', 'eu-central-1'),
  flag('--log-level', 'error', 'ERROR', 'info'),
  flag('--error-format', 'json', 'text'),
  flag('--timeout', '1s', '1h30m'),
  flag('--role-arn', ROLE),
  words('-y'),
  words('--assume-yes=false'),
  words('--ignore-env-credentials'),
)
const ODD_FLAGS: Arbitrary<readonly string[]> = oneof(
  flag('--cluster-id', ''),
  words('-vc', 'c1'),
  flag('--api-version', 'v2'),
  flag('--profile-name', 'old', 'role', 'broken', 'odd', 'missing', '-x'),
  flag('--region-id', 'not a region'),
  flag('--token-version', 'v1', 'v2', 'v3'),
  flag('--log-level', 'debug', 'loud'),
  flag('--sts-endpoint', NOWHERE, 'sts.aliyuncs.com', 'a/b'),
  flag('--expiration', '3h', '1h', '0', '1m'),
  flag('--timeout', '0', 'soon'),
  flag('--role-arn', 'acs:ram::1:role/other', 'nonsense'),
  flag('--role-session-name', 'me', '!'),
  flag('--credential-type', 'auto', 'nonsense'),
  ...[
    '--token-only',
    '--token-only=false',
    '--token-only=x',
    '-yv',
    '--no-cache',
    '--ignore-aliyun-cli-credentials',
  ].map((word) => words(word)),
  ...['--help', '-h', '--unknown', '--', 'stray', '-x', '--c'].map((word) => words(word)),
)
const FLAGS = oneof({weight: 5, arbitrary: GOOD_FLAGS}, {weight: 1, arbitrary: ODD_FLAGS})

const ARGV: Arbitrary<readonly string[]> = tuple(
  onceIn(5, FLAGS),
  onceIn(20, constant('list-clusters')),
  constantFrom(
    ...Array<string>(10).fill('get-token'),
    ...Array<string>(4).fill('get-credential'),
    'get-kubeconfig',
    'toString',
  ),
  onceIn(8, constant([])),
  array(FLAGS, {maxLength: 3}),
).map(([before, topic, command, cluster, flags]) =>
  [before ?? [], topic ?? 'credential-plugin', command, cluster ?? ['-c', CLUSTER_ID], ...flags].flat(),
)

const execInfo = (spec: unknown, version = 'v1'): string =>
  JSON.stringify({kind: 'ExecCredential', apiVersion: `client.authentication.k8s.io/${version}`, spec})

const VARIABLES: Readonly<Record<string, Arbitrary<string>>> = {
  ALIBABA_CLOUD_ACCESS_KEY_ID: constantFrom(ALICE.accessKeyId, 'LTAI-env', 'line\nbreak', ''),
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: constantFrom(ALICE.accessKeySecret, 'SECRET-env'),
  SECURITY_TOKEN: constantFrom('SECRET-token', '', 'x'.repeat(4000)),
  ALIBABA_CLOUD_ROLE_ARN: constantFrom(ROLE, 'nonsense'),
  ACK_RAM_TOOL_CLUSTER_ID: constantFrom('c-env', CLUSTER_ID),
  ACK_RAM_TOOL_API_VERSION: constantFrom('v1', 'v9'),
  ACK_RAM_TOOL_TOKEN_ONLY: constantFrom('1', 'yes', 'true'),
  ACK_RAM_TOOL_LOG_LEVEL: constantFrom('error', 'debug'),
  ACK_RAM_TOOL_TOKEN_EXTRA_KEY_PREFIX: constant('EXTRA_'),
  EXTRA_KEY: constant('value'),
  ALIBABA_CLOUD_STS_ENDPOINT: constantFrom(NOWHERE, 'sts.example'),
  CS_ENDPOINT: constant(NOWHERE),
  DEBUG: constantFrom('sdk', '*', ''),
  KUBERNETES_EXEC_INFO: constantFrom(
    '{',
    execInfo({interactive: false}),
    execInfo({interactive: true, cluster: {config: {clusterId: 'c-info', regionId: 'cn-beijing'}}}, 'v1beta1'),
    execInfo({cluster: {config: {roleArn: [ROLE]}}}),
    execInfo({cluster: {config: {clusterId: 1}}}),
  ),
}
const ENV: Arbitrary<Record<string, string>> = tuple(
  ...Object.entries(VARIABLES).map(([name, value]) =>
    onceIn(
      6,
      value.map((text) => [name, text] as const),
    ),
  ),
).map((pairs) => Object.fromEntries(pairs.filter((pair) => pair !== null)))

/** Defaults files. */
const CONFIGS = [
  'profile-name: sts\ntimeout: 30s\n',
  `role-arn: ${ROLE}\nrole-session-name: of-file\n`,
  'api-version: v1\ntoken-only: true\nlog-level: debug\n',
  'error-format: json\nregion-id: "cn_x"\n',
  'ignore-env-credentials: true\nprofile-file: ~/broken.json\n',
  'no-cache: yes\nexpected-identity: "1"\ntoken-version: v1\ncluster-id: c-file\n',
  'credential-type: imds\nvpc-endpoint: true\n',
  'unknown: 1\n',
]

describe('the exec lane and oclif', () => {
  let home: TestHome
  let child: ChildProcess
  let cached: Readonly<Record<string, string>>

  before(async () => {
    home = await makeHome()
    await home.write(CLI_CONFIG, {current: 'ak', profiles: PROFILES})
    await home.write(CREDENTIALS_INI, INI)
    await home.write('broken.json', '{"profiles": [')
    await Promise.all(CONFIGS.map((text, index) => home.write(`config-${index}.yaml`, text)))
    cached = await keepCredentials(home)
    child = fork(fileURLToPath(new URL('../support/both-ways.ts', import.meta.url)), {execArgv: ['--import', 'tsx']})
    await once(child, 'message')
  })
  after(async () => {
    child?.disconnect()
    await home.remove()
  })

  const ask = async ({argv, env}: Question): Promise<Answers> => {
    child.send({argv, env: {HOME: home.dir, USERPROFILE: home.dir, ...env}} satisfies Question)
    const [answers] = (await once(child, 'message')) as [Answers]
    return answers
  }

  it('say the same, whatever the command line, the environment and the files', async function () {
    this.timeout(600_000)
    const file = onceIn(
      6,
      constantFrom('~/.aliyun/config.json', '~/.alibabacloud/credentials', '~/broken.json', '~/no'),
    )
    const config = onceIn(3, constantFrom(...CONFIGS.keys()))
    const isCached = constantFrom(true, false)
    let asked = 0
    let inLane = 0
    let answered = 0
    await assertProperty(
      asyncProperty(ARGV, ENV, file, config, isCached, async (argv, env, profileFile, config, isCached) => {
        const given = {
          ...env,
          ...(profileFile === null ? {} : {ACK_RAM_TOOL_PROFILE_FILE: profileFile}),
          ...(config === null ? {} : {ACK_RAM_TOOL_CONFIG: join(home.dir, `config-${config}.yaml`)}),
          ...(isCached ? cached : {}),
        }
        const {lane, full} = await ask({argv, env: given})
        asked += 1
        if (lane === null) return
        inLane += 1
        if (lane.exitCode === 0) answered += 1
        expect(lane).to.deep.equal(full)
      }),
      {numRuns: howMany(3000, 300, 50)},
    )
    // Else the test would say nothing.
    expect(inLane / asked).to.be.greaterThan(0.5)
    expect(answered / inLane).to.be.within(0.1, 0.9)
  })

  const PLAIN = ['credential-plugin', 'get-token', '-c', 'c1']
  it('answer, and say what is wrong, alike', async () => {
    const nowhere = {...envOf(ALICE), ALIBABA_CLOUD_STS_ENDPOINT: NOWHERE, CS_ENDPOINT: NOWHERE}
    const cases: readonly (Question & {exitCode: number})[] = [
      {argv: PLAIN, env: envOf(ALICE), exitCode: 0},
      {argv: PLAIN, env: {}, exitCode: 0},
      {argv: [...PLAIN, '--profile-name', 'sts'], env: {}, exitCode: 0},
      {argv: [...PLAIN, '--log-level', 'ERROR', '--api-version=v1', '--token-only'], env: {}, exitCode: 0},
      {argv: ['credential-plugin', '--log-level', 'error', 'get-token', '-c', 'c1'], env: {}, exitCode: 0},
      {argv: ['-c', 'c1', '-y', 'credential-plugin:get-token'], env: {}, exitCode: 0},
      {argv: PLAIN, env: {...envOf(ALICE), KUBERNETES_EXEC_INFO: execInfo({interactive: true})}, exitCode: 0},
      {argv: [...PLAIN, '--role-arn', ROLE], env: cached, exitCode: 0},
      {argv: ['credential-plugin', 'get-credential', '-c', CLUSTER_ID], env: cached, exitCode: 0},
      {argv: [...PLAIN, '--verbose'], env: {}, exitCode: 0},
      {argv: PLAIN, env: {DEBUG: 'sdk'}, exitCode: 0},
      {argv: [...PLAIN, '--token-version', 'v1'], env: {}, exitCode: 0},
      {argv: ['credential-plugin', 'get-token'], env: {}, exitCode: 2},
      {argv: [...PLAIN, '--api-version', 'v2'], env: {}, exitCode: 2},
      {argv: [...PLAIN, '--timeout', 'soon'], env: {}, exitCode: 2},
      {argv: [...PLAIN, '--region-id'], env: {}, exitCode: 2},
      {argv: [...PLAIN, '--profile-name', 'missing'], env: {}, exitCode: 3},
      {argv: [...PLAIN, '--profile-file', '~/broken.json', '--error-format', 'json'], env: {}, exitCode: 3},
      {argv: [...PLAIN, '--profile-name', 'old'], env: {}, exitCode: 4},
      {argv: [...PLAIN, '--role-arn', 'acs:ram::1:role/other'], env: nowhere, exitCode: 5},
      {argv: [...PLAIN, '--role-arn', ROLE, '--no-cache'], env: nowhere, exitCode: 5},
      {argv: ['credential-plugin', 'get-credential', '-c', 'c9'], env: nowhere, exitCode: 5},
    ]
    for (const {exitCode, ...question} of cases) {
      const {lane, full} = await ask(question)
      expect(lane, question.argv.join(' ')).to.deep.equal(full)
      expect(lane?.exitCode, question.argv.join(' ')).to.equal(exitCode)
    }
  })

  it('share the work: help and what the lane does not know is left to oclif, and nothing is touched', async () => {
    const before = await readdir(home.dir, {recursive: true})
    const cases: readonly Question[] = [
      {argv: [...PLAIN, '--help'], env: {}},
      {argv: [...PLAIN, '--unknown'], env: {}},
      {argv: [...PLAIN, '--mode', 'token'], env: {}},
      {argv: [...PLAIN, 'stray'], env: {}},
      {argv: ['list-clusters', '--help'], env: {OCLIF_COLUMNS: '120'}},
      {argv: ['nothing', '--help'], env: {}},
      {argv: ['list-clusters', '--version'], env: {}},
      {argv: ['list-clusters'], env: {}},
    ]
    for (const question of cases) expect(await ask(question), question.argv.join(' ')).to.deep.equal({lane: null})
    expect(await readdir(home.dir, {recursive: true})).to.deep.equal(before)
  })

  it('show the same version and help', async () => {
    const commands = [[], ['credential-plugin'], ['list-clusters'], ['update-kubeconfig'], ['get-kubeconfig']]
    for (const name of ['get-token', 'get-credential', 'get-kubeconfig', 'update-kubeconfig'])
      commands.push(['credential-plugin', name])
    const questions = commands.flatMap((words) => [
      [...words, '--help'],
      [...words, '-h'],
    ])
    for (const argv of [...questions, ['--version'], []]) {
      const {lane, full} = await ask({argv, env: {}})
      expect(lane, argv.join(' ')).to.deep.equal(full)
      expect(lane, argv.join(' ')).to.deep.include({stderr: '', exitCode: 0})
    }
  })

  it('share the work: all is left to oclif where there are third-party plugins', async () => {
    const data = ['.local/share/ack-ram-tool', 'xdg/ack-ram-tool', 'own']
    const places = [{}, {XDG_DATA_HOME: join(home.dir, 'xdg')}, {ACK_RAM_TOOL_DATA_DIR: join(home.dir, 'own')}]
    for (const [index, dir] of data.entries()) {
      const env = {...envOf(ALICE), ...places[index]}
      expect((await ask({argv: PLAIN, env})).lane?.exitCode).to.equal(0)
      await home.write(join(dir, 'package.json'), {oclif: {plugins: [{type: 'link', name: 'p', root: '/'}]}})
      expect((await ask({argv: PLAIN, env})).lane).to.equal(null)
      await rm(join(home.dir, dir), {recursive: true})
    }
  })

  it('find and make nothing in the working directory where XDG_DATA_HOME or XDG_CACHE_HOME is relative', async () => {
    const here = relative(process.cwd(), home.dir)
    await home.write('xdg/ack-ram-tool/package.json', {oclif: {plugins: [{type: 'link', name: 'p', root: '/'}]}})
    const env = {...envOf(ALICE), XDG_DATA_HOME: join(here, 'xdg')}
    expect((await ask({argv: PLAIN, env})).lane?.exitCode).to.equal(0)
    const withOclif = {home: home.dir, env: {...env, XDG_CACHE_HOME: join(here, 'cache')}}
    expect((await runCliProcess(['plugins'], withOclif)).stdout).to.contain('No plugins installed')
    expect((await runCliProcess(['autocomplete', '--refresh-cache', 'bash'], withOclif)).exitCode).to.equal(0)
    expect(await readdir(home.dir))
      .to.include('.cache')
      .and.not.include('cache')
  })
})
