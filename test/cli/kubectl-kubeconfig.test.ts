import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {expect} from 'chai'

import {isKubectlPresent, kubectlEnvironment, runKubectl, type KubectlResult} from '../local-cloud/kubectl.ts'
import type {StsIdentity} from '../local-cloud/sts-caller.ts'
import {ALICE, BOB, CLUSTER_ID, envOf, startClusterWorld, type ClusterWorld} from '../support/cluster-world.ts'
import {howMany} from '../support/full.ts'
import {makeHome, type TestHome} from '../support/home.ts'
import {BIN, runCli, runCrowd} from '../support/run-cli.ts'

const isPresent = isKubectlPresent() && process.platform !== 'win32'

describe(
  isPresent ? 'real kubectl with our kubeconfigs' : 'real kubectl with our kubeconfigs (skipped: no kubectl)',
  () => {
    let home: TestHome
    let world: ClusterWorld

    before(function () {
      if (!isPresent) this.skip()
    })
    beforeEach(async () => {
      home = await makeHome()
      world = await startClusterWorld()
    })
    afterEach(async () => {
      await world?.close()
      await home?.remove()
    })

    const env = (identity: StsIdentity): Record<string, string> => envOf(identity)
    const kubeconfig = async (args: readonly string[]): Promise<string> => {
      const endpoints = ['--cs-endpoint', world.cs.endpoint, '--exec-command', BIN]
      const {stdout, stderr, exitCode} = await runCli(['get-kubeconfig', '-c', CLUSTER_ID, ...endpoints, ...args], {
        home: home.dir,
        env: env(ALICE),
      })
      expect(exitCode, stderr).to.equal(0)
      const path = join(home.dir, 'kubeconfig')
      await writeFile(path, stdout, {mode: 0o600})
      return path
    }
    const kubectl = (args: readonly string[], path: string, identity = ALICE): Promise<KubectlResult> =>
      runKubectl(args, {kubeconfig: path, home: home.dir, env: env(identity)})
    const whoAmI = async (path: string, identity = ALICE): Promise<string> => {
      const {stdout, stderr, exitCode} = await kubectl(
        ['auth', 'whoami', '-o', 'jsonpath={.status.userInfo.username}'],
        path,
        identity,
      )
      expect({stderr, exitCode}).to.deep.equal({stderr: '', exitCode: 0})
      return stdout
    }

    for (const apiVersion of ['v1', 'v1beta1']) {
      it(`gets in by certificate and by token, apiVersion ${apiVersion}`, async () => {
        const byCertificate = await kubeconfig(['--api-version', apiVersion])
        expect(await whoAmI(byCertificate)).to.match(/^2001-\d+$/)
        expect((await kubectl(['get', 'namespaces'], byCertificate)).stdout).to.contain('default')
        expect(new Set(world.api.requests.map(({by}) => by))).to.deep.equal(new Set(['certificate']))
        const byToken = await kubeconfig(['--api-version', apiVersion, '--mode', 'token'])
        expect(await whoAmI(byToken)).to.equal(ALICE.arn)
      })
    }

    it('reaches the cluster that its own entry names', async () => {
      for (const mode of ['certificate', 'token']) {
        expect(await whoAmI(await kubeconfig(['--provide-cluster-info', '--mode', mode]))).to.match(/alice|^2001-/)
      }
    })

    it('never mixes two identities of one machine', async () => {
      const path = await kubeconfig([])
      expect(await whoAmI(path, ALICE)).to.match(/^2001-/)
      expect(await whoAmI(path, BOB)).to.match(/^2002-/)
      expect(await whoAmI(path, ALICE)).to.match(/^2001-/)
      expect(world.issued().slice(1), 'one certificate each').to.have.length(2)
    })

    it('goes on with a valid certificate while the Container Service is down', async () => {
      const path = await kubeconfig([])
      await whoAmI(path)
      await world.cs.close()
      expect(await whoAmI(path)).to.match(/^2001-/)
    })

    it('makes one call of the Container Service for many kubectls at once', async () => {
      const path = await kubeconfig([])
      const before = world.issued().length
      // All at once on two cores take their time.
      const patient = {...env(ALICE), ACK_RAM_TOOL_TIMEOUT: '60s'}
      const options = {kubeconfig: path, home: home.dir, env: patient}
      const command = ['kubectl', 'get', '--raw', '/version'] as const
      const results = await runCrowd({count: howMany(50, 8, 4), command, env: kubectlEnvironment(options)})
      for (const {exitCode, stderr} of results) expect({exitCode, stderr}).to.deep.equal({exitCode: 0, stderr: ''})
      expect(world.issued().length - before).to.equal(1)
    }).timeout(120_000)

    it('shows the error of the plugin to the user', async () => {
      const path = await kubeconfig([])
      await world.cs.close()
      const {exitCode, stderr} = await kubectl(['get', 'namespaces'], path)
      expect(exitCode).to.equal(1)
      expect(stderr).to.contain('(NetworkFailed)').and.contain('failed with exit code 5')
    })
  },
)
