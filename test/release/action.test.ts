import {mkdir, readFile, writeFile} from 'node:fs/promises'
import {createServer} from 'node:http'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

import {expect} from 'chai'
import {parse} from 'yaml'

import {listenOnLoopback} from '../local-cloud/loopback-server.ts'
import {ALICE, CLUSTER_ID, envOf, startClusterWorld, type ClusterWorld} from '../support/cluster-world.ts'
import {startRelease, type TestRelease} from '../support/release-server.ts'
import {SHELL_PROGRAM} from '../support/run-cli.ts'
import {runApart} from '../support/run-apart.ts'
import {expectMode} from '../support/expect-mode.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

interface Action {
  readonly inputs: Readonly<Record<string, {readonly default?: string}>>
  readonly runs: {
    readonly steps: readonly {
      readonly name: string
      readonly if?: string
      readonly shell: string
      readonly env: Readonly<Record<string, string>>
      readonly run: string
    }[]
  }
}

/** Runs the action's steps one after the other, as the runner does: with files for variables, PATH and outputs. */
describe('the action for CI', () => {
  let world: ClusterWorld
  let release: TestRelease
  let action: Action

  before(async function () {
    if (process.platform === 'win32') this.skip()
    action = parse(await readFile(join(ROOT, 'action.yml'), 'utf8')) as Action
    world = await startClusterWorld()
  })
  after(() => world?.close())
  beforeEach(async () => {
    release = await startRelease(`#!/bin/sh\nexec ${SHELL_PROGRAM} "$@"\n`)
  })
  afterEach(() => release?.close())

  interface Job {
    readonly stderr: string
    readonly stdout: string
    readonly exitCode: number | null
    readonly temp: string
    /** What later steps of the job have. */
    readonly env: Readonly<Record<string, string>>
  }

  const runAction = async (
    inputs: Readonly<Record<string, string>>,
    ofJob: Readonly<Record<string, string>>,
  ): Promise<Job> => {
    const temp = join(release.home, 'runner temp')
    await mkdir(temp)
    const all = Object.fromEntries(
      Object.entries(action.inputs).map(([name, input]) => [name, inputs[name] ?? input.default ?? '']),
    )
    const file = (name: string): string => join(temp, name)
    for (const name of ['env', 'path', 'output']) await writeFile(file(name), '')
    const env: Record<string, string> = {
      HOME: release.home,
      PATH: process.env['PATH'] ?? '',
      RUNNER_TEMP: temp,
      GITHUB_ACTION_PATH: ROOT,
      GITHUB_ENV: file('env'),
      GITHUB_PATH: file('path'),
      GITHUB_OUTPUT: file('output'),
      ...ofJob,
    }
    for (const step of action.runs.steps) {
      if (step.if === "inputs.role-arn != ''" && all['role-arn'] === '') continue
      const ofStep = Object.fromEntries(
        Object.entries(step.env).map(([name, value]) => [
          name,
          value.replaceAll(/\$\{\{ inputs\.([\w-]+) \}\}/g, (_, input: string) => all[input] ?? expect.fail(input)),
        ]),
      )
      const script = join(temp, 'step.sh')
      await writeFile(script, step.run)
      // As the runner calls `shell: bash`.
      const ran = await runApart(['bash', '--noprofile', '--norc', '-e', '-o', 'pipefail', script], {
        ...env,
        ...ofStep,
      })
      if (ran.exitCode !== 0) return {...ran, temp, env}
      const lines = (await readFile(file('env'), 'utf8')).split('\n').filter(Boolean)
      for (const line of lines) env[line.slice(0, line.indexOf('='))] = line.slice(line.indexOf('=') + 1)
    }
    return {stdout: '', stderr: '', exitCode: 0, temp, env}
  }

  it('leaves a kubeconfig whose program gets a token for the cluster', async () => {
    const job = await runAction(
      {'cluster-id': CLUSTER_ID, 'region-id': 'cn-hangzhou', mode: 'token', 'base-url': release.url},
      {...envOf(ALICE), CS_ENDPOINT: world.cs.endpoint},
    )
    expect(job.exitCode, job.stderr).to.equal(0)
    const path = job.env['KUBECONFIG'] ?? expect.fail('KUBECONFIG')
    expect(await readFile(join(job.temp, 'output'), 'utf8')).to.equal(`kubeconfig=${path}\n`)
    await expectMode(path, 0o600)
    const text = await readFile(path, 'utf8')
    expect(text).not.to.contain(ALICE.accessKeySecret)
    const {users} = parse(text) as {users: {user: {exec: {command: string; args: string[]}}}[]}
    const {command, args} = users[0]?.user.exec ?? expect.fail('no user')
    expect((await readFile(join(job.temp, 'path'), 'utf8')).trim()).to.equal(command.slice(0, command.lastIndexOf('/')))
    const token = await runApart([command, ...args], job.env)
    expect(token.exitCode, token.stderr).to.equal(0)
    expect(token.stdout).to.contain('k8s-ack-v2.')
  })

  it('ends with the error of the program when the cluster is not there', async () => {
    const job = await runAction(
      {'cluster-id': 'c0', 'base-url': release.url},
      {...envOf(ALICE), CS_ENDPOINT: world.cs.endpoint},
    )
    expect(job.exitCode).to.be.greaterThan(1)
    expect(job.stderr).to.contain('Error: ').and.contain('Next: ')
    expect(job.env).not.to.have.property('KUBECONFIG')
  })

  it('gets the OIDC token of the job for a role, and keeps it from others', async () => {
    const requests: {url: string; authorization: string | undefined}[] = []
    const server = createServer(({url = '', headers: {authorization}}, response) => {
      requests.push({url, authorization})
      response.end('{"count": 1, "value": "SECRET-oidc-token"}')
    })
    const {port, close} = await listenOnLoopback(server)
    try {
      const role = {'role-arn': 'acs:ram::1:role/ci', 'oidc-provider-arn': 'acs:ram::1:oidc-provider/github'}
      const inputs = {...role, 'cluster-id': CLUSTER_ID, 'base-url': release.url}
      const refused = await runAction(inputs, {})
      expect(refused.exitCode).to.equal(1)
      expect(refused.stdout).to.contain('::error::role-arn needs "permissions: id-token: write"')

      await release.close()
      release = await startRelease(`#!/bin/sh\nexec ${SHELL_PROGRAM} "$@"\n`)
      // STS is not asked: the kubeconfig fails, and what comes before it has worked.
      const job = await runAction(
        {...inputs, 'base-url': release.url},
        {
          ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'SECRET-bearer',
          ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${port}/token?api-version=2`,
          ALIBABA_CLOUD_STS_ENDPOINT: 'http://127.0.0.1:9',
          ACK_RAM_TOOL_TIMEOUT: '2s',
        },
      )
      expect(requests).to.deep.equal([
        {url: '/token?api-version=2&audience=sts.aliyuncs.com', authorization: 'bearer SECRET-bearer'},
      ])
      const file = job.env['ALIBABA_CLOUD_OIDC_TOKEN_FILE'] ?? expect.fail('no file')
      expect((await readFile(file, 'utf8')).trim()).to.equal('SECRET-oidc-token')
      await expectMode(file, 0o600)
      expect(job.env).to.include({
        ALIBABA_CLOUD_ROLE_ARN: role['role-arn'],
        ALIBABA_CLOUD_OIDC_PROVIDER_ARN: role['oidc-provider-arn'],
      })
      expect(job.stdout + job.stderr).not.to.match(/SECRET/)
    } finally {
      await close()
    }
  })
})
