import {expect} from 'chai'

import {addRole} from '../local-cloud/ram-state.ts'
import {startMetadataServer} from '../local-cloud/metadata-server.ts'
import {CANARY, withoutNames} from '../support/canary.ts'
import {CLUSTER_ID} from '../support/cluster-world.ts'
import type {CliResult} from '../support/run-cli.ts'
import {
  AUDIENCE,
  policyOf,
  PROVIDER_ARN,
  PROVIDER_NAME,
  startRrsaWorld,
  statementFor,
  WEBHOOK,
  type RrsaWorld,
} from '../support/rrsa-world.ts'

const SUBJECT = 'system:serviceaccount:ns1:sa1'
const INJECTION = 'pod-identity.alibabacloud.com/injection'
const ROLE_NAME = 'pod-identity.alibabacloud.com/role-name'
const ROLE_ARN = 'acs:ram::1:role/r1'

interface Check {
  readonly name: string
  readonly status: string
  readonly why: string
  readonly mend?: string
}

/** A set-up in which all is right. */
const setUp = (world: RrsaWorld): {readonly namespace: Labelled; readonly account: Labelled} => {
  world.cluster.addons.set(WEBHOOK, {version: '0.4.2'})
  addRole(world.ramState, 'r1', policyOf(statementFor(world.issuer.issuer, SUBJECT)))
  return {
    namespace: world.addNamespace('ns1', {[INJECTION]: 'on'}),
    account: world.addServiceAccount('ns1', 'sa1', {[ROLE_NAME]: 'r1'}),
  }
}
type Labelled = ReturnType<RrsaWorld['addNamespace']>

describe('rrsa verify', () => {
  let world: RrsaWorld
  let objects: ReturnType<typeof setUp>

  beforeEach(async () => {
    world = await startRrsaWorld()
    objects = setUp(world)
  })
  afterEach(() => world.close())

  const verify = (...args: readonly string[]): Promise<CliResult> =>
    world.run(['rrsa', 'verify', '--cluster-id', CLUSTER_ID, '--namespace', 'ns1', '--service-account', 'sa1', ...args])
  const checks = async (
    ...args: readonly string[]
  ): Promise<{readonly exitCode: number | null; readonly checks: readonly Check[]}> => {
    const {stdout, stderr, exitCode} = await verify(...args, '-o', 'json')
    expect(withoutNames(stdout + stderr))
      .not.to.contain(CANARY)
      .and.not.to.match(/eyJ[\w-]+\.eyJ/)
    const answer = JSON.parse(stdout) as {readonly checks: readonly Check[]}
    const verified = exitCode === 0
    expect(answer).to.include({clusterId: CLUSTER_ID, namespace: 'ns1', serviceAccount: 'sa1', verified})
    return {exitCode, checks: answer.checks}
  }

  it('proves a set-up in which all is right, and changes nothing', async () => {
    const {stdout, stderr, exitCode} = await verify()
    expect({stderr, exitCode}).to.deep.equal({stderr: '', exitCode: 0})
    expect(stdout.split('\n').map((line) => line.split(':')[0])).to.deep.equal([
      ...['feature', 'provider', 'issuer', 'webhook', 'namespace', 'service account'].map((name) => `pass  ${name}`),
      ...['role', 'trust', 'token', 'assume', 'identity'].map((name) => `pass  ${name}`),
      '',
    ])
    expect(stdout).to.contain('acs:ram::1:assumed-role/r1/ack-ram-tool-verify')
    expect(world.writes()).to.deep.equal([])
  })

  const BROKEN: Readonly<Record<string, readonly [breaks: () => void, failing: readonly string[], mend: RegExp]>> = {
    'RRSA is off': [() => (world.cluster.rrsa.enabled = false), ['feature'], /rrsa enable --cluster-id/],
    'the provider is gone': [() => world.ramState.providers.clear(), ['provider', 'assume'], /rrsa disable.*enable/],
    'the provider lacks the audience': [
      () => world.ramState.providers.set(PROVIDER_NAME, {issuer: world.issuer.issuer, clientIds: ['other']}),
      ['provider', 'assume'],
      /client ID sts\.aliyuncs\.com/,
    ],
    'the provider is of another issuer': [
      () => world.ramState.providers.set(PROVIDER_NAME, {issuer: 'https://other', clientIds: [AUDIENCE]}),
      ['provider', 'assume'],
      /rrsa disable.*enable/,
    ],
    'the issuer publishes no keys': [() => (world.issuer.documents.keys = []), ['issuer'], /ACK/],
    'the issuer publishes other keys': [
      () => (world.issuer.documents.keys = [{kid: 'other'}]),
      ['token'],
      /rrsa status/,
    ],
    'the discovery document is of another issuer': [
      () => (world.issuer.documents.configuration = {issuer: 'https://other'}),
      ['issuer'],
      /ACK/,
    ],
    'the webhook is missing': [() => world.cluster.addons.clear(), ['webhook'], /rrsa install-helper-addon/],
    'the namespace has no label': [
      () => (objects.namespace.metadata.labels = {}),
      ['namespace'],
      /kubectl label namespace ns1/,
    ],
    'the service account is missing': [
      () => world.store.lists.delete('/api/v1/serviceaccounts'),
      ['service account'],
      /kubectl create serviceaccount sa1/,
    ],
    'the annotation is missing': [
      () => (objects.account.metadata.annotations = {}),
      ['service account'],
      /kubectl annotate serviceaccount sa1/,
    ],
    'the annotation is an ARN': [
      () => (objects.account.metadata.annotations = {[ROLE_NAME]: ROLE_ARN}),
      ['service account'],
      /kubectl annotate serviceaccount sa1/,
    ],
    'the role is missing': [
      () => world.ramState.roles.clear(),
      ['role'],
      /rrsa associate-role .*--create-role-if-not-exist/,
    ],
    'the trust policy does not name the account': [
      () =>
        addRole(world.ramState, 'r1', policyOf(statementFor(world.issuer.issuer, 'system:serviceaccount:ns1:other'))),
      ['trust', 'assume'],
      /rrsa associate-role .*--service-account sa1/,
    ],
    'the trust policy denies the account': [
      () =>
        addRole(
          world.ramState,
          'r1',
          policyOf(statementFor(world.issuer.issuer, SUBJECT), {
            ...statementFor(world.issuer.issuer, 'system:serviceaccount:ns1:*', 'StringLike'),
            Effect: 'Deny',
          }),
        ),
      ['trust', 'assume'],
      /Deny/,
    ],
    'the trust policy is not JSON': [
      () => addRole(world.ramState, 'r1', 'not JSON'),
      ['trust', 'assume'],
      /RAM console|associate-role/,
    ],
    'the caller may not make tokens': [
      () =>
        world.api.failNext(
          Infinity,
          {status: 403, code: 'Forbidden'},
          'POST /api/v1/namespaces/ns1/serviceaccounts/sa1/token',
        ),
      ['token'],
      /RBAC/,
    ],
  }
  for (const [name, [breaks, failing, mend]] of Object.entries(BROKEN))
    it(`finds out that ${name}, and says what mends it`, async () => {
      breaks()
      const {exitCode, checks: found} = await checks()
      const failed = found.filter(({status}) => status === 'fail')
      expect(failed.map(({name: check}) => check)).to.deep.equal(failing)
      expect(failed[0]?.mend).to.match(mend)
      expect(exitCode).to.equal(9)
    })

  it('proves a role by --role-name without the annotation, and says that it is missing', async () => {
    objects.account.metadata.annotations = {}
    const {exitCode, checks: found} = await checks('--role-name', 'r1')
    expect(found.filter(({status}) => status !== 'pass').map(({name}) => name)).to.deep.equal(['service account'])
    expect(found.at(-1)).to.include({name: 'identity', status: 'pass'})
    expect(exitCode).to.equal(9)
  })

  it('says what it could not look at, and still proves', async () => {
    world.ram.failNext(
      Infinity,
      {status: 403, code: 'NoPermission', authAction: 'ram:GetOIDCProvider'},
      'GetOIDCProvider',
    )
    const {exitCode, checks: found} = await checks()
    expect(found.filter(({status}) => status !== 'pass')).to.have.length(1)
    expect(found[1]).to.deep.include({
      name: 'provider',
      status: 'skip',
      mend: 'grant the caller the RAM permission ram:GetOIDCProvider on OIDC provider ack-rrsa-' + CLUSTER_ID,
    })
    expect(exitCode).to.equal(0)
  })

  it('mends by associate-role only what that mends', async () => {
    for (const [message, step] of [
      ['No such OIDC Provider registered', /^enable RRSA in the cluster/],
      ['There is no permission', /^ack-ram-tool rrsa associate-role/],
      ['something new', /^check that RRSA is enabled/],
    ] as const) {
      world.sts.failNext(1, {status: 403, code: 'AuthenticationFail.NoPermission', message})
      expect((await checks()).checks.find(({name}) => name === 'assume')?.mend, message).to.match(step)
    }
  })

  it('gives a line that makes and labels a namespace, as a shell takes it', async () => {
    world.store.lists.delete('/api/v1/namespaces')
    const mend = (await checks()).checks.find(({name}) => name === 'namespace')?.mend
    expect(mend).to.equal(`kubectl create namespace ns1 && kubectl label namespace ns1 ${INJECTION}=on`)
  })

  it('refuses --wait-timeout without --wait', async () => {
    const {stderr, exitCode} = await verify('--wait-timeout', '1m')
    expect(exitCode, stderr).to.equal(2)
    expect(stderr).to.contain('Next: pass --wait, or leave --wait-timeout out')
  })

  it('suggests commands for the cluster, caller and endpoints of this one', async () => {
    world.ramState.providers.clear()
    world.issuer.documents.keys = [{kid: 'other'}]
    world.cluster.addons.clear()
    addRole(world.ramState, 'r1', policyOf())
    const {checks: found} = await checks('--ram-endpoint', world.ram.endpoint, '--private-address')
    const mends = found.flatMap(({mend = ''}) => mend.match(/ack-ram-tool rrsa (?!verify)[^`]+/g) ?? [])
    expect(mends.map((mend) => mend.split(' --')[0])).to.include.members([
      'ack-ram-tool rrsa disable',
      'ack-ram-tool rrsa enable',
      'ack-ram-tool rrsa install-helper-addon',
      'ack-ram-tool rrsa status',
      'ack-ram-tool rrsa associate-role',
    ])
    for (const mend of mends)
      expect(mend).to.contain(`--cluster-id ${CLUSTER_ID}`).and.contain(`--ram-endpoint=${world.ram.endpoint}`)
    expect(mends.filter((mend) => mend.includes('--private-address')).join()).to.match(/^[^`]*rrsa disable/)
  })

  it('does not call proved what could not be tried', async () => {
    world.api.failNext(Infinity, {status: 403, code: 'Forbidden'})
    const {exitCode, checks: found} = await checks()
    expect(found.map(({status}) => status)).not.to.contain('fail')
    expect(exitCode).to.equal(9)
  })

  it('proves for those who may make tokens in a namespace, and read nothing', async () => {
    world.api.failNext(Infinity, {status: 403, code: 'Forbidden'}, 'GET /api/v1/namespaces/ns1')
    const {exitCode, checks: found} = await checks('--role-name', 'r1')
    const skipped = found.filter(({status}) => status === 'skip').map(({name}) => name)
    expect(skipped).to.deep.equal(['namespace', 'service account'])
    expect(found.at(-1)).to.include({name: 'identity', status: 'pass'})
    expect(exitCode).to.equal(0)
  })

  it('names the permission that the proof lacks, not that of another check', async () => {
    world.ram.failNext(Infinity, {status: 403, code: 'NoPermission'}, 'GetOIDCProvider')
    world.ram.failNext(Infinity, {status: 403, code: 'NoPermission'}, 'GetRole')
    expect((await verify()).stderr).to.contain('Next: grant the caller the RAM permission ram:GetRole on role r1')
  })

  it('tries again with --wait while changes spread', async () => {
    addRole(world.ramState, 'r1', policyOf())
    const waiting = verify('--wait', '--wait-timeout', '20s')
    const isSeen = (): boolean => world.sts.requests.some(({code}) => code === 'AuthenticationFail.NoPermission')
    while (!isSeen()) await new Promise((resolve) => setTimeout(resolve, 20))
    addRole(world.ramState, 'r1', policyOf(statementFor(world.issuer.issuer, SUBJECT)))
    expect(await waiting).to.include({exitCode: 0})
    addRole(world.ramState, 'r1', policyOf())
    expect((await verify('--wait', '--wait-timeout', '10ms')).exitCode).to.equal(9)
  })
})

describe('rrsa assume-role and demo', () => {
  let world: RrsaWorld

  beforeEach(async () => {
    world = await startRrsaWorld()
    setUp(world)
  })
  afterEach(async () => {
    for (const request of world.sts.requests) expect(request).not.to.have.property('tokenInUrl')
    await world.close()
  })

  const tokenOf = (changes: object = {}): string => {
    const now = Math.floor(Date.now() / 1000)
    const claims = {iss: world.issuer.issuer, aud: [AUDIENCE], sub: SUBJECT, iat: now, exp: now + 600, ...changes}
    return world.issuer.sign(claims)
  }
  const assume = async (token: string, ...args: readonly string[]): Promise<CliResult> => {
    const file = await world.home.write('token', token)
    return world.run([
      'rrsa',
      'assume-role',
      '--role-arn',
      ROLE_ARN,
      '--oidc-provider-arn',
      PROVIDER_ARN,
      '--oidc-token-file',
      file,
      ...args,
    ])
  }

  it('prints the lines of the Go tool, for a token with a newline behind it', async () => {
    const {stdout, exitCode} = await assume(`${tokenOf()}\n`)
    expect(exitCode).to.equal(0)
    expect(stdout).to.match(
      /^AccessKeyId: {7}STS\.\S+\nAccessKeySecret: {3}\S+\nSecurityToken: {5}\S+\nExpiration: {8}\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\n$/,
    )
  })

  it('prints JSON, and variables for a shell', async () => {
    const json = JSON.parse((await assume(tokenOf(), '--output', 'json')).stdout) as object
    expect(json).to.have.all.keys('AccessKeyId', 'AccessKeySecret', 'SecurityToken', 'Expiration')
    expect((await assume(tokenOf(), '-o', 'env')).stdout).to.match(/^export ALIBABA_CLOUD_ACCESS_KEY_ID='STS\./)
  })

  it('takes all three values from the environment of a pod', async () => {
    const file = await world.home.write('token', tokenOf())
    const pod = {
      ALIBABA_CLOUD_ROLE_ARN: ROLE_ARN,
      ALIBABA_CLOUD_OIDC_PROVIDER_ARN: PROVIDER_ARN,
      ALIBABA_CLOUD_OIDC_TOKEN_FILE: file,
    }
    const settings = ['--role-duration', '30m', '--role-policy', '{"Version":"1"}', '--role-session-name', 's1']
    for (const args of [[], settings]) {
      const {exitCode, stdout, stderr} = await world.run(['rrsa', 'assume-role', ...args], pod)
      expect({exitCode, first: stdout.slice(0, 12)}, stderr).to.deep.equal({exitCode: 0, first: 'AccessKeyId:'})
    }
    const {stderr} = await world.run(['rrsa', 'assume-role', '--role-duration', '30m'])
    expect(stderr).to.contain('--role-duration requires --role-arn')
  })

  it('tells the two meanings of a refusal apart', async () => {
    for (const [message, step] of [
      ['No such OIDC Provider registered', 'enable RRSA in the cluster'],
      ['There is no permission', "name this service account in the role's trust policy"],
      ['something new', 'check that RRSA is enabled'],
    ] as const) {
      world.sts.failNext(1, {status: 403, code: 'AuthenticationFail.NoPermission', message})
      expect((await assume(tokenOf())).stderr, message).to.contain(`Next: ${step}`)
    }
  })

  it('says before what will not fit, and never shows the token', async () => {
    for (const [changes, words] of [
      [{aud: ['other']}, 'its audience is "other", not sts.aliyuncs.com'],
      [{exp: 1_000_000_000}, 'it expired at 2001-'],
      [{iss: 'https://elsewhere/x'}, `is not that of cluster ${CLUSTER_ID}`],
    ] as const) {
      const token = tokenOf(changes)
      const {stdout, stderr, exitCode} = await assume(token)
      expect({stdout, exitCode}, words).to.deep.equal({stdout: '', exitCode: 4})
      expect(stderr).to.contain(words).and.not.to.contain(token)
    }
    for (const fault of ['reset', 'garbage'] as const) {
      world.sts.failNext(3, fault)
      const token = tokenOf()
      expect((await assume(token, '--log-level', 'debug')).stderr).not.to.contain(token)
    }
  })

  it('refuses what is no token, no ARN, or missing', async () => {
    expect((await assume('abc')).exitCode).to.equal(2)
    expect((await assume('x'.repeat(10_001))).exitCode).to.equal(2)
    expect((await assume(tokenOf(), '--oidc-provider-arn', 'x')).exitCode).to.equal(2)
    expect((await world.run(['rrsa', 'assume-role', '--role-arn', ROLE_ARN])).stderr).to.contain(
      '--oidc-provider-arn is missing',
    )
    expect((await assume(tokenOf(), '--oidc-token-file', `${world.home.dir}/nosuch`)).exitCode).to.equal(3)
  })

  it('lists the clusters of a region once, with the lines of the Go tool', async () => {
    const {stdout, stderr, exitCode} = await world.run(['rrsa', 'demo', '--no-loop', '--region', 'cn-hangzhou'])
    expect({stdout, exitCode}).to.deep.equal({
      stdout: `clusters:\ncluster id: ${CLUSTER_ID}, cluster name: production\n`,
      exitCode: 0,
    })
    expect(stderr).to.contain('the caller is acs:ram::1:user/alice')
    const none = await world.run(['rrsa', 'demo', '--no-loop', '--region-id', 'cn-beijing'])
    expect(none.stderr).to.contain('no clusters found in region cn-beijing')
  })

  it('asks this instance for its region when none is given, and fails by its exit code', async () => {
    const metadata = await startMetadataServer({})
    try {
      const env = {ALIBABA_CLOUD_IMDS_ENDPOINT: metadata.endpoint}
      const args = ['rrsa', 'demo', '--no-loop']
      expect((await world.run(args, env)).stdout).to.contain(`cluster id: ${CLUSTER_ID}`)
      metadata.failNext(Infinity, {status: 404, code: 'NotFound'}, 'GET /latest/meta-data/region-id')
      const {stderr, exitCode} = await world.run(args, env)
      expect(exitCode).to.equal(6)
      expect(stderr).to.contain('did not name the region')
    } finally {
      await metadata.close()
    }
  })
})
