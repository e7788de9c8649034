import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {expect} from 'chai'

import {startApiServer, type LocalApiServer} from './api-server.ts'
import {writeKubeconfig} from './kubeconfig.ts'
import {isKubectlPresent, runKubectl, type KubectlResult} from './kubectl.ts'
import {signTokenV2} from './signing.ts'
import {startLocalSts, type LocalSts} from './sts.ts'

const CLUSTER_ID = 'c0123456789abcdef0123456789abcdef'
const KEY = {accessKeyId: 'STS.session', accessKeySecret: 'SECRET-of-session', securityToken: 'SECRET/token+=='}
const ROLE = 'acs:ram::1234567890123456:role/dev'
const SESSION = 'acs:ram::1234567890123456:assumed-role/dev/laptop'

// It prints its first argument, and keeps what client-go told it in the file named by the second.
const PLUGIN = `const [token, seen] = process.argv.slice(2)
require('node:fs').writeFileSync(seen, process.env.KUBERNETES_EXEC_INFO)
const {apiVersion} = JSON.parse(process.env.KUBERNETES_EXEC_INFO)
console.log(JSON.stringify({apiVersion, kind: 'ExecCredential', status: {token}}))
`

const isPresent = isKubectlPresent()

describe(isPresent ? 'kubectl' : 'kubectl (not found in PATH: skipped, unless CI is set)', () => {
  let dir: string
  let sts: LocalSts
  let server: LocalApiServer

  before(function skipWithoutKubectl() {
    if (!isPresent && process.env['CI']) throw new Error('kubectl is not in PATH, and CI is set')
    if (!isPresent) this.skip()
  })

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'local-cloud-'))
    await writeFile(join(dir, 'plugin.cjs'), PLUGIN)
    sts = await startLocalSts({identities: [{...KEY, arn: SESSION, accountId: '1234567890123456'}]})
    server = await startApiServer({clusterId: CLUSTER_ID, sts, mappings: {[ROLE]: {username: 'dev', groups: ['devs']}}})
  })

  afterEach(async () => {
    await server?.close()
    await sts?.close()
    if (dir) await rm(dir, {recursive: true})
  })

  const run = async (args: string[], token = signTokenV2(CLUSTER_ID, new Date(), KEY)): Promise<KubectlResult> => {
    const kubeconfig = await writeKubeconfig({
      dir,
      server: server.url,
      caPem: server.caPem,
      clusterId: CLUSTER_ID,
      exec: {
        command: process.execPath,
        args: [join(dir, 'plugin.cjs'), token, join(dir, 'exec-info.json')],
        apiVersion: 'v1',
        interactiveMode: 'Never',
      },
    })
    return runKubectl(args, {kubeconfig, home: dir})
  }

  it('prints the namespaces', async () => {
    const {exitCode, stdout, stderr} = await run(['get', 'namespaces'])
    expect(exitCode, stderr).to.equal(0)
    expect(stdout).to.match(/^NAME\s+STATUS\s+AGE\ndefault\s+Active\s+90d\nkube-system\s+Active\s+90d\n$/)
  })

  it('reads the plain list', async () => {
    const {stdout, stderr} = await run(['get', 'ns', '-o', 'name'])
    expect(stdout, stderr).to.equal('namespace/default\nnamespace/kube-system\n')
  })

  it('says who it is', async () => {
    const {stdout, stderr} = await run(['auth', 'whoami', '-o', 'json'])
    expect(JSON.parse(stdout), stderr).to.have.deep.nested.property('status.userInfo', {
      username: 'dev',
      groups: ['devs', 'system:authenticated'],
      extra: {arn: [SESSION], canonicalArn: [ROLE]},
    })
  })

  it('prints the version of the server', async () => {
    const {stdout, stderr} = await run(['version'])
    expect(stdout, stderr).to.include('Server Version: v1.32.0-local-cloud')
  })

  it('is refused with a token that is too old', async () => {
    const signedAt = new Date(Date.now() - 16 * 60_000)
    const {exitCode, stdout, stderr} = await run(['get', 'ns'], signTokenV2(CLUSTER_ID, signedAt, KEY))
    expect(exitCode).to.equal(1)
    expect(stdout).to.equal('')
    expect(stderr).to.include('You must be logged in to the server')
    expect(server.requests[0]?.reason).to.equal('error from RAM (expected 200, got 400): InvalidTimeStamp.Expired')
  })
})
