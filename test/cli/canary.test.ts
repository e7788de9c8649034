import {readdir} from 'node:fs/promises'

import {expect} from 'chai'

import {startCloudSsoServer, type LocalCloudSsoServer} from '../local-cloud/cloud-sso-server.ts'
import {startCredentialsUriServer, type LocalCredentialsUriServer} from '../local-cloud/credentials-uri-server.ts'
import type {Fault} from '../local-cloud/faults.ts'
import {startMetadataServer, type LocalMetadataServer} from '../local-cloud/metadata-server.ts'
import {startLocalSts, type LocalSts} from '../local-cloud/sts.ts'
import {CANARY, withoutNames} from '../support/canary.ts'
import {ALICE, CLUSTER_ID, envOf, startClusterWorld} from '../support/cluster-world.ts'
import {rowsOf} from '../support/full.ts'
import {CLI_CONFIG, CREDENTIALS_INI, makeHome, type TestHome} from '../support/home.ts'
import {runCli, runCliProcess} from '../support/run-cli.ts'

const ROLE = 'acs:ram::1:role/r'
const POD = 'acs:ram::1:role/pod'
const PROVIDER = 'acs:ram::1:oidc-provider/p'
const PAIR = {access_key_id: 'LTAI-user', access_key_secret: 'SECRET-of-user'}
const HOP = {ram_role_arn: ROLE, ram_session_name: 'me'}
const ENV = {ALIBABA_CLOUD_ACCESS_KEY_ID: 'LTAI-user', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'SECRET-of-user'}

const FAULTS: readonly (Fault | undefined)[] = [
  undefined,
  {status: 403, code: 'SignatureDoesNotMatch'},
  {status: 503, code: 'ServiceUnavailable'},
  'reset',
  'hang',
  'garbage',
]
const LEVELS: readonly Record<string, string>[] = [
  {ACK_RAM_TOOL_LOG_LEVEL: 'error'},
  {ACK_RAM_TOOL_LOG_LEVEL: 'warn'},
  {ACK_RAM_TOOL_LOG_LEVEL: 'info', ACK_RAM_TOOL_ERROR_FORMAT: 'json'},
  {ACK_RAM_TOOL_LOG_LEVEL: 'debug', DEBUG: '*'},
]

/** The levels that are tried with a fault, in a developer's run two of the four. */
const levelsFor = (fault: Fault | undefined): typeof LEVELS => rowsOf(LEVELS, 2, FAULTS.indexOf(fault) + 1)

/** How long a run may take: what hangs takes all of that. */
const timeoutFor = (fault: Fault | undefined): string => (fault === 'hang' ? '500ms' : '20s')

/** The whole program in a process of its own for one case of each scenario, the one that says most. */
const runAt = (level: object, fault: Fault | undefined): typeof runCli =>
  fault === undefined && level === LEVELS.at(-1) ? runCliProcess : runCli

/** The services of the local cloud, each of which can be told to fail. */
interface World {
  readonly sts: LocalSts
  readonly metadata: LocalMetadataServer
  readonly uri: LocalCredentialsUriServer
  readonly sso: LocalCloudSsoServer
}

const startWorld = async (fault: Fault | undefined): Promise<World> => {
  const sts = await startLocalSts({
    identities: [
      {accessKeyId: 'LTAI-user', accessKeySecret: 'SECRET-of-user', arn: 'acs:ram::1:user/alice', accountId: '1'},
    ],
    roles: [{arn: ROLE}],
    oidc: [{providerArn: PROVIDER, token: 'SECRET-oidc', roleArn: POD}],
  })
  const mint = (): ReturnType<LocalSts['issue']> => sts.issue('acs:ram::1:assumed-role/r/s')
  const world = {
    sts,
    metadata: await startMetadataServer({role: {name: 'node-role', credentials: mint}}),
    uri: await startCredentialsUriServer({body: {Code: 'Success', ...mint()}}),
    sso: await startCloudSsoServer({
      accessToken: 'SECRET-access-token',
      assignments: [{accountId: '1', accessConfigurationId: 'ac-1'}],
      mint,
    }),
  }
  if (fault) for (const server of Object.values(world)) server.failNext(Infinity, fault)
  return world
}

describe('no secret is seen', () => {
  interface Scenario {
    readonly name: string
    /** Whether a service is asked, which can fail in many ways. */
    readonly asks?: true
    readonly config?: (world: World, home: string) => object | string
    readonly ini?: string
    readonly env?: Record<string, string>
    readonly args?: readonly string[]
  }

  const profile = (fields: object): object => ({current: 'p', profiles: [{name: 'p', ...fields}]})
  const ssoProfile = ({sso}: World): object =>
    profile({
      mode: 'CloudSSO',
      cloud_sso_sign_in_url: sso.signInUrl,
      cloud_sso_account_id: '1',
      cloud_sso_access_config: 'ac-1',
      access_token: 'SECRET-access-token',
      cloud_sso_access_token_expire: Math.floor(Date.now() / 1000) + 3600,
    })

  const SCENARIOS: readonly Scenario[] = [
    {name: 'an AccessKey of the environment', env: ENV},
    {name: 'a role', asks: true, env: ENV, args: ['--role-arn', ROLE]},
    {name: 'a profile with an AccessKey', config: () => profile({mode: 'AK', ...PAIR})},
    {
      name: 'a profile with an STS token',
      config: () => profile({mode: 'StsToken', ...PAIR, sts_token: 'SECRET-token'}),
    },
    {name: 'a profile with a role', asks: true, config: () => profile({mode: 'RamRoleArn', ...PAIR, ...HOP})},
    {
      name: 'an OIDC token',
      asks: true,
      config: (_, home) =>
        profile({
          mode: 'OIDC',
          ...HOP,
          ram_role_arn: POD,
          oidc_provider_arn: PROVIDER,
          oidc_token_file: `${home}/token`,
        }),
    },
    {name: 'instance metadata', asks: true, config: () => profile({mode: 'EcsRamRole'})},
    {
      name: 'a credentials URI',
      asks: true,
      config: ({uri}) => profile({mode: 'CredentialsURI', credentials_uri: `${uri.url}?key=SECRET-key`}),
    },
    {name: 'CloudSSO', asks: true, config: ssoProfile},
    {
      name: 'an external process',
      config: (_, home) =>
        profile({mode: 'External', process_command: `"${process.execPath}" "${home}/print.cjs" SECRET-argument`}),
    },
    {
      name: 'an INI file',
      ini: '[default]\ntype=sts\naccess_key_id=STS.x\naccess_key_secret=SECRET-ini\nsecurity_token=SECRET-token\n',
    },
    {name: 'a damaged config.json', config: () => '{"profiles":[{"access_key_secret":"SECRET-damaged" SECRET'},
    {name: 'a damaged INI file', ini: '[default]\nSECRET-damaged\n'},
    {
      name: 'a profile without its fields',
      config: () => profile({mode: 'RamRoleArn', access_key_secret: 'SECRET-half'}),
    },
    {name: 'malformed exec info', env: {...ENV, KUBERNETES_EXEC_INFO: '{"SECRET'}},
    {name: 'secrets typed as flags', env: ENV, args: ['--access-key-secret=SECRET-typed', 'SECRET-argument']},
  ]
  const prepare = async (
    {config, ini, env}: Scenario,
    world: World,
    home: TestHome,
  ): Promise<Record<string, string>> => {
    await home.write('token', 'SECRET-oidc')
    const printed = JSON.stringify({mode: 'StsToken', ...PAIR, sts_token: 'SECRET-token'})
    await home.write('print.cjs', `console.log(${JSON.stringify(printed)})`)
    if (config) await home.write(CLI_CONFIG, config(world, home.dir))
    if (ini !== undefined) await home.write(CREDENTIALS_INI, ini)
    return {ALIBABA_CLOUD_IMDS_ENDPOINT: world.metadata.endpoint, ACK_RAM_TOOL_STS_ENDPOINT: world.sts.endpoint, ...env}
  }

  const check = async (scenario: Scenario, fault: Fault | undefined): Promise<void> => {
    const home = await makeHome()
    const world = await startWorld(fault)
    try {
      const env = await prepare(scenario, world, home)
      const timeout = ['--timeout', timeoutFor(fault), '--no-cache']
      const command = ['credential-plugin', 'get-token', '-c', 'c1', ...timeout, ...(scenario.args ?? [])]
      const checkAt = async (level: Record<string, string>): Promise<void> => {
        const where = JSON.stringify([fault, level])
        const {stdout, stderr, exitCode} = await runAt(level, fault)(command, {
          home: home.dir,
          env: {...env, ...level},
        })
        expect(withoutNames(stderr), where).not.to.contain(CANARY)
        // The ExecCredential may hold a security token, inside its base64, and nothing else that is secret.
        expect(stdout, where).not.to.contain(CANARY)
        const token = /"token": "k8s-ack-v2\.([^"]+)"/.exec(stdout)?.[1] ?? ''
        const payload = Buffer.from(token, 'base64').toString()
        expect(payload.replaceAll(/"x-acs-security-token":"[^"]+"/g, ''), where).not.to.contain(CANARY)
        if (exitCode !== 0) expect(stdout, where).to.equal('')
        if (scenario.asks) expect(exitCode === 0, `${where}: ${stderr}`).to.equal(fault === undefined)
      }
      await Promise.all(levelsFor(fault).map(checkAt))
      expect((await readdir(home.dir, {recursive: true})).join()).not.to.contain(CANARY)
    } finally {
      await Promise.all(Object.values(world).map((server) => server.close()))
      await home.remove()
    }
  }

  for (const scenario of SCENARIOS) {
    it(`with ${scenario.name}, whatever goes wrong, at any log level`, async () => {
      const faults = scenario.asks ? FAULTS : [undefined]
      await Promise.all(faults.map((fault) => check(scenario, fault)))
    }).timeout(120_000)
  }
})

describe('no private key and no secret of a kubeconfig is seen', () => {
  const COMMANDS: readonly (readonly string[])[] = [
    ['credential-plugin', 'get-credential', '-c', CLUSTER_ID],
    ['get-kubeconfig', '-c', CLUSTER_ID],
    ['update-kubeconfig', '-c', CLUSTER_ID, '-y'],
    ['update-kubeconfig', '-c', CLUSTER_ID, '--diff'],
    ['update-kubeconfig', '--all', '-y'],
    ['list-clusters'],
  ]
  /** What the user's file holds already. */
  const KUBECONFIG = `users:
- name: "2001-${CLUSTER_ID}"
  user:
    token: SECRET-token-of-old
    password: >-
      SECRET-folded
      SECRET-password
`

  const check = async (command: readonly string[], fault: Fault | undefined): Promise<void> => {
    const keys: string[] = []
    const world = await startClusterWorld({
      distort: (answer) => {
        keys.push(/client-key-data: (\S+)/.exec(answer.config)?.[1] ?? '')
        return answer
      },
    })
    if (fault) world.cs.failNext(Infinity, fault)
    const checkAt = async (level: Record<string, string>): Promise<void> => {
      const home = await makeHome()
      await home.write('.kube/config', KUBECONFIG)
      const {stdout, stderr, exitCode} = await runAt(level, fault)(
        [...command, '--timeout', timeoutFor(fault), '--no-cache'],
        {home: home.dir, env: {...envOf(ALICE), CS_ENDPOINT: world.cs.endpoint, ...level}},
      )
      await home.remove()
      const where = JSON.stringify([fault, level])
      for (const text of command.includes('get-credential') ? [stderr] : [stderr, stdout]) {
        expect(withoutNames(text), where).not.to.contain(CANARY).and.not.to.contain('PRIVATE KEY')
        for (const key of keys) expect(text, where).not.to.contain(key)
      }
      expect(exitCode === 0, `${where}: ${stderr}`).to.equal(fault === undefined)
    }
    try {
      await Promise.all(levelsFor(fault).map(checkAt))
    } finally {
      await world.close()
    }
  }

  for (const command of COMMANDS) {
    it(`by ${command.join(' ')}, whatever goes wrong, at any log level`, async () => {
      await Promise.all(FAULTS.map((fault) => check(command, fault)))
    }).timeout(120_000)
  }
})
