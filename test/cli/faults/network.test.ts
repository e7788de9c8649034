import {expect} from 'chai'

import {createCertificate, createFaultyCertificate, type Certificate} from '../../local-cloud/certificate.ts'
import {FRONT_FAULTS, startFaultyFront, type FrontFault} from '../../local-cloud/faulty-front.ts'
import {addRole} from '../../local-cloud/ram-state.ts'
import {CANARY, withoutNames} from '../../support/canary.ts'
import {ALICE, CLUSTER_ID, envOf, ROLE} from '../../support/cluster-world.ts'
import {figure} from '../../support/figures.ts'
import {howMany} from '../../support/full.ts'
import {makeHome, type TestHome} from '../../support/home.ts'
import {policyOf, startRrsaWorld, statementFor, type RrsaWorld} from '../../support/rrsa-world.ts'
import {runCli, type CliResult} from '../../support/run-cli.ts'

const TIMEOUT_MS = 2000
/** Until a process that has waited its turn on a busy machine has come to its call. */
const ELSE_MS = 20_000

interface Call {
  readonly args: readonly string[]
  readonly env: (origin: string, home: TestHome) => Promise<Record<string, string>> | Record<string, string>
}

const GET_TOKEN = ['credential-plugin', 'get-token', `--cluster-id=${CLUSTER_ID}`, '--no-cache']
const CALLS: Readonly<Record<string, Call>> = {
  'AssumeRole of STS': {
    args: [...GET_TOKEN, `--role-arn=${ROLE}`],
    env: (origin) => ({...envOf(ALICE), ACK_RAM_TOOL_STS_ENDPOINT: origin}),
  },
  'AssumeRoleWithOIDC of STS': {
    args: GET_TOKEN,
    env: async (origin, home) => ({
      ACK_RAM_TOOL_STS_ENDPOINT: origin,
      ALIBABA_CLOUD_ROLE_ARN: ROLE,
      ALIBABA_CLOUD_OIDC_PROVIDER_ARN: 'acs:ram::1:oidc-provider/p',
      ALIBABA_CLOUD_OIDC_TOKEN_FILE: await home.write('token', 'SECRET-oidc'),
    }),
  },
  'a credentials URI': {args: GET_TOKEN, env: (origin) => ({ALIBABA_CLOUD_CREDENTIALS_URI: `${origin}/`})},
  'ECS metadata': {
    args: [...GET_TOKEN, '--credential-type=imds'],
    env: (origin) => ({ALIBABA_CLOUD_IMDS_ENDPOINT: origin}),
  },
  'a certificate of the Container Service': {
    args: ['credential-plugin', 'get-credential', `--cluster-id=${CLUSTER_ID}`, '--no-cache'],
    env: (origin) => ({...envOf(ALICE), CS_ENDPOINT: origin}),
  },
  'a kubeconfig of the Container Service': {
    args: ['get-kubeconfig', `--cluster-id=${CLUSTER_ID}`, '--no-cache'],
    env: (origin) => ({...envOf(ALICE), CS_ENDPOINT: origin}),
  },
  'the list of clusters': {
    args: ['list-clusters', '--no-cache'],
    env: (origin) => ({...envOf(ALICE), CS_ENDPOINT: origin}),
  },
  'the bindings of a cluster': {
    args: ['rbac', 'scan-user-permissions', `--cluster-id=${CLUSTER_ID}`],
    env: (origin) => ({...envOf(ALICE), CS_ENDPOINT: origin, RAM_ENDPOINT: origin, ACK_RAM_TOOL_STS_ENDPOINT: origin}),
  },
  'a role of RAM': {
    args: [
      'rrsa',
      'associate-role',
      `--cluster-id=${CLUSTER_ID}`,
      '--role-name=r1',
      '--namespace=n',
      '--service-account=s',
      '-y',
    ],
    env: (origin) => ({...envOf(ALICE), CS_ENDPOINT: origin, RAM_ENDPOINT: origin, ACK_RAM_TOOL_STS_ENDPOINT: origin}),
  },
}

/** What happens before a request can be sent. */
const CONNECTIONS = ['refused', 'of another host', 'expired', 'of an unknown CA', 'not TLS at all'] as const

describe('when a service misbehaves', () => {
  let home: TestHome

  before(async () => {
    home = await makeHome()
  })
  after(() => home.remove())

  const expectFailure = (what: string, {stdout, stderr, exitCode}: CliResult, tookMs: number): void => {
    expect([4, 5, 6], `${what}: ${stderr}`).to.include(exitCode)
    expect(stdout, what).to.equal('')
    expect(stderr, what).to.match(/^Error: [^\n]+ \([A-Z]\w+\)\n {2}Next: [^\n]+\n$/m)
    expect(withoutNames(stderr), what).not.to.contain(CANARY)
    expect(tookMs, what).to.be.lessThan(TIMEOUT_MS + ELSE_MS)
  }

  const tryCall = async (what: string, {args, env}: Call, origin: string, more = {}): Promise<void> => {
    const startedAt = performance.now()
    const variables = {...(await env(origin, home)), ...more, ACK_RAM_TOOL_TIMEOUT: `${TIMEOUT_MS / 1000}s`}
    const result = await runCli(args, {home: home.dir, env: variables})
    expectFailure(what, result, performance.now() - startedAt)
    figure('calls that met a fault of the network')
  }

  /** A few of all pairs, unless all are asked for: each call and each fault is among them. */
  const isTried = (one: number, other: number): boolean => (one + other) % howMany(1, 4) === 0

  for (const [index, fault] of FRONT_FAULTS.entries())
    it(`${fault}: every call ends in its error, in time`, async () => {
      const front = await startFaultyFront(fault)
      try {
        const calls = Object.entries(CALLS).filter((_, other) => isTried(index, other))
        await Promise.all(calls.map(([name, call]) => tryCall(`${name} ${fault}`, call, front.origin)))
      } finally {
        await front.close()
      }
    }).timeout(120_000)

  for (const [index, kind] of CONNECTIONS.entries())
    it(`its connection is ${kind === 'refused' ? kind : `TLS ${kind}`}: every call ends in its error, and nothing is sent`, async () => {
      const certificate = await certificateFor(kind)
      const front = await startFaultyFront('says nothing', certificate ? {certificate} : {})
      if (kind === 'refused') await front.close()
      const origin = kind === 'refused' ? front.origin : `https://127.0.0.1:${front.port}`
      const ca =
        certificate && kind !== 'of an unknown CA'
          ? {SSL_CERT_FILE: await home.write('ca.pem', certificate.certPem)}
          : {}
      try {
        const calls = Object.entries(CALLS).filter((_, other) => isTried(index, other))
        await Promise.all(calls.map(([name, call]) => tryCall(`${name} ${kind}`, call, origin, ca)))
        expect(front.hits()).to.equal(0)
      } finally {
        await front.close()
      }
    }).timeout(120_000)
})

const certificateFor = async (kind: (typeof CONNECTIONS)[number]): Promise<Certificate | undefined> => {
  if (kind === 'of another host') return createFaultyCertificate({names: ['sts.example.test']})
  if (kind === 'expired') return createFaultyCertificate({ips: ['127.0.0.1'], isExpired: true})
  return kind === 'of an unknown CA' ? createCertificate() : undefined
}

describe('when a service fails at any step of a change', () => {
  let world: RrsaWorld

  beforeEach(async () => {
    world = await startRrsaWorld()
  })
  afterEach(() => world.close())

  const FAULTS: readonly FrontFault[] = ['resets', 'ends within its body', 'shows a web page', 'is silent']
  const args = [
    'rrsa',
    'associate-role',
    `--cluster-id=${CLUSTER_ID}`,
    '--role-name=r1',
    '--namespace=ns1',
    '--service-account=sa1',
    '-y',
  ]
  const OTHER = {Sid: 'other'}

  it('a trust policy is as it was or has the statement, and the next run leaves it with one', async () => {
    const own = (): object => statementFor(world.issuer.issuer, 'system:serviceaccount:ns1:sa1')
    for (let passes = 0; ; passes += 1) {
      const faults = FAULTS.filter((_, index) => howMany(1, 0) === 1 || passes % FAULTS.length === index)
      let hits = 0
      for (const fault of faults) {
        addRole(world.ramState, 'r1', policyOf(OTHER))
        const front = await startFaultyFront(fault, {target: world.ram.endpoint, passes})
        try {
          const faulty = {RAM_ENDPOINT: front.origin, ACK_RAM_TOOL_TIMEOUT: '3s'}
          const {exitCode, stderr} = await world.run(args, faulty)
          hits += front.hits()
          expect(front.hits() > 0 ? [0, 4, 5, 6] : [0], `${fault} after ${passes}: ${stderr}`).to.include(exitCode)
        } finally {
          await front.close()
        }
        const {Statement: statements} = world.trustOf('r1')
        expect(statements[0]).to.deep.equal(OTHER)
        expect(statements.length).to.be.oneOf([1, 2])
        const next = await world.run(args)
        expect(next.exitCode, next.stderr).to.equal(0)
        expect(world.trustOf('r1').Statement).to.deep.equal([OTHER, own()])
        figure('steps of a change that met a fault of the network')
      }
      if (hits === 0) return
    }
  }).timeout(600_000)
})
