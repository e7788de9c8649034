import {expect} from 'chai'

import {startApiServer, type LocalApiServer} from '../local-cloud/api-server.ts'
import {writeKubeconfig, type ExecPlugin} from '../local-cloud/kubeconfig.ts'
import {isKubectlPresent, runKubectl, type KubectlResult} from '../local-cloud/kubectl.ts'
import type {StsIdentity} from '../local-cloud/sts-caller.ts'
import {startLocalSts, type LocalSts} from '../local-cloud/sts.ts'
import {CLI_CONFIG, CREDENTIALS_INI, makeHome, type TestHome} from '../support/home.ts'
import {PROGRAM} from '../support/run-cli.ts'

const CLUSTER_ID = 'c0123456789abcdef0123456789abcdef'
const USER: StsIdentity = {
  accessKeyId: 'LTAI-user',
  accessKeySecret: 'SECRET-of-user',
  arn: 'acs:ram::1:user/alice',
  accountId: '1',
}
const SESSION: StsIdentity = {
  accessKeyId: 'STS.session',
  accessKeySecret: 'SECRET-of-session',
  securityToken: 'SECRET-token',
  arn: 'acs:ram::1:assumed-role/dev/laptop',
  accountId: '1',
}
const OLD_SESSION: StsIdentity = {
  ...SESSION,
  accessKeyId: 'STS.old',
  securityToken: 'SECRET-old',
  expiration: new Date(0),
}

const isPresent = isKubectlPresent()

describe(isPresent ? 'real kubectl' : 'real kubectl (not found in PATH: skipped, unless CI is set)', () => {
  let home: TestHome
  let sts: LocalSts
  let server: LocalApiServer

  before(async function () {
    if (!isPresent && process.env['CI']) throw new Error('kubectl is not in PATH, and CI is set')
    if (!isPresent) this.skip()
    sts = await startLocalSts({identities: [USER, SESSION, OLD_SESSION]})
    server = await startApiServer({clusterId: CLUSTER_ID, sts})
  })
  after(async () => {
    await server?.close()
    await sts?.close()
  })
  beforeEach(async () => {
    home = await makeHome()
  })
  afterEach(() => home?.remove())

  interface Given {
    readonly args?: readonly string[]
    readonly env?: Readonly<Record<string, string>>
    readonly exec?: Partial<ExecPlugin>
    readonly clusterConfig?: object
  }
  const kubectl = async (
    command: readonly string[],
    {args = ['-c', CLUSTER_ID], env = {}, exec, clusterConfig}: Given,
  ): Promise<KubectlResult> => {
    const kubeconfig = await writeKubeconfig({
      dir: home.dir,
      server: server.url,
      caPem: server.caPem,
      exec: {
        command: PROGRAM[0],
        args: [...PROGRAM.slice(1), 'credential-plugin', 'get-token', ...args],
        apiVersion: 'v1beta1',
        ...exec,
      },
      ...(clusterConfig ? {clusterConfig} : {}),
    })
    return runKubectl(command, {kubeconfig, home: home.dir, env})
  }
  const whoAmI = async (given: Given): Promise<string> => {
    const {stdout, stderr, exitCode} = await kubectl(
      ['auth', 'whoami', '-o', 'jsonpath={.status.userInfo.username}'],
      given,
    )
    expect({stderr, exitCode}).to.deep.equal({stderr: '', exitCode: 0})
    return stdout
  }
  const envOf = ({accessKeyId, accessKeySecret, securityToken = ''}: StsIdentity): Record<string, string> => ({
    ALIBABA_CLOUD_ACCESS_KEY_ID: accessKeyId,
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: accessKeySecret,
    ALIBABA_CLOUD_SECURITY_TOKEN: securityToken,
  })

  for (const apiVersion of ['v1', 'v1beta1'] as const) {
    it(`logs in with an AccessKey and with an STS token, apiVersion ${apiVersion}`, async () => {
      expect(await whoAmI({env: envOf(USER), exec: {apiVersion}})).to.equal('acs:ram::1:user/alice')
      expect(await whoAmI({env: envOf(SESSION), exec: {apiVersion}})).to.equal('acs:ram::1:role/dev')
      expect((await kubectl(['get', 'namespaces'], {env: envOf(USER), exec: {apiVersion}})).stdout).to.contain(
        'default',
      )
    })
  }

  it('logs in with a profile of config.json and with one of the INI file', async () => {
    await home.write(
      CREDENTIALS_INI,
      `[default]\ntype = access_key\naccess_key_id = ${USER.accessKeyId}\naccess_key_secret = ${USER.accessKeySecret}\n`,
    )
    expect(await whoAmI({})).to.equal('acs:ram::1:user/alice')
    const {accessKeyId, accessKeySecret, securityToken} = SESSION
    const profile = {
      name: 'dev',
      mode: 'StsToken',
      access_key_id: accessKeyId,
      access_key_secret: accessKeySecret,
      sts_token: securityToken,
    }
    await home.write(CLI_CONFIG, {current: 'dev', profiles: [profile]})
    expect(await whoAmI({})).to.equal('acs:ram::1:role/dev')
  })

  it("takes the cluster id from the cluster's entry in the kubeconfig", async () => {
    const given = {args: [], env: envOf(USER), exec: {apiVersion: 'v1', provideClusterInfo: true}} as const
    expect(await whoAmI({...given, clusterConfig: {clusterId: CLUSTER_ID}})).to.equal('acs:ram::1:user/alice')
  })

  it('takes the Go tool out of a kubeconfig that its get-kubeconfig has written', async () => {
    const args = ['--cluster-id', CLUSTER_ID, '--api-version', 'v1beta1', '--log-level', 'ERROR']
    expect(await whoAmI({args, env: envOf(USER), exec: {interactiveMode: 'Never'}})).to.equal('acs:ram::1:user/alice')
  })

  /** Why the server refused; a plugin that failed before would leave no request behind. */
  const refusal = async (given: Given): Promise<string | undefined> => {
    const seen = server.requests.length
    const {exitCode, stdout, stderr} = await kubectl(['get', 'namespaces'], given)
    expect({exitCode, stdout}).to.deep.equal({exitCode: 1, stdout: ''})
    const asked = server.requests.slice(seen)
    expect(asked, stderr).not.to.deep.equal([])
    return asked.at(-1)?.reason
  }

  it('is refused by the server for another cluster, a wrong secret and an expired security token', async () => {
    expect(await refusal({args: ['-c', CLUSTER_ID.toUpperCase()], env: envOf(USER)})).to.match(/clusterid/i)
    expect(await refusal({env: envOf({...USER, accessKeySecret: 'SECRET-wrong'})})).to.contain('SignatureDoesNotMatch')
    expect(await refusal({env: envOf(OLD_SESSION)})).to.contain('InvalidSecurityToken.Expired')
  })

  it('shows the error of the plugin to the user', async () => {
    const {exitCode, stderr} = await kubectl(['get', 'namespaces'], {})
    expect(exitCode).to.equal(1)
    expect(stderr).to.contain('(CredentialsNotFound)').and.contain('failed with exit code 3')
  })
})
