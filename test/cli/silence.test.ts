import {chmod, mkdir} from 'node:fs/promises'
import {join} from 'node:path'

import {expect} from 'chai'

import {runCli, type CliResult} from '../support/run-cli.ts'
import {CLUSTER_ID, FIRST, PAIR, USER_ENV, useStsWorld} from '../support/sts-world.ts'

/** There are clients that take any word on stderr for a failure. */
describe('get-token under kubectl', () => {
  const world = useStsWorld()

  const INFO =
    '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1","spec":{"interactive":false}}'
  const run = (args: readonly string[], env: Record<string, string>): Promise<CliResult> =>
    runCli(['credential-plugin', 'get-token', '-c', CLUSTER_ID, '--sts-endpoint', world.sts.endpoint, ...args], {
      home: world.home.dir,
      env,
    })

  const CASES: readonly (readonly [what: string, args: readonly string[], env: Record<string, string>])[] = [
    ['an AccessKey of the environment beats --profile-name', ['--profile-name', 'p'], USER_ENV],
    ['the file that a variable names is missing', [], {ALIBABA_CLOUD_CREDENTIALS_FILE: '/nonexistent/creds'}],
    ['the cache cannot be trusted', ['--role-arn', FIRST, '--credential-cache-dir', 'CACHE'], USER_ENV],
    ['authenticators would refuse the token', ['--token-version', 'v1'], USER_ENV],
  ]
  for (const [what, given, env] of CASES) {
    it(`says nothing beside its answer when ${what}, and --verbose tells it`, async () => {
      await world.writeProfile({mode: 'AK', ...PAIR})
      const file = await world.home.write('file', 'not a directory')
      const args = given.map((word) => (word === 'CACHE' ? file : word))
      const byHand = await run(args, env)
      expect(byHand.exitCode, byHand.stderr).to.equal(0)
      expect(byHand.stderr, 'by hand').to.match(/warn: /)
      const {stdout, stderr, exitCode} = await run(args, {...env, KUBERNETES_EXEC_INFO: INFO})
      expect({stderr, exitCode}).to.deep.equal({stderr: '', exitCode: 0})
      expect(JSON.parse(stdout)).to.have.nested.property('status.token')
      const verbose = await run([...args, '--verbose'], {...env, KUBERNETES_EXEC_INFO: INFO})
      expect(verbose.stderr, '--verbose').to.match(/warn: /)
    })
  }

  it('tells all that there was to warn of when it fails', async () => {
    const {stderr, exitCode} = await run([], {
      ALIBABA_CLOUD_CREDENTIALS_FILE: '/nonexistent/creds',
      KUBERNETES_EXEC_INFO: INFO,
    })
    expect(exitCode).to.equal(3)
    expect(stderr).to.match(/warn: ignoring [^]*creds[^]*\(CredentialsNotFound\)/)
  })

  it('keeps the words of a program for a failure', async () => {
    const program = await world.home.write(
      'say.cjs',
      `process.stderr.write('please update me\\n'); process.stdout.write(process.env.PRINTED ?? '')`,
    )
    await world.writeProfile({mode: 'External', process_command: `"${process.execPath}" "${program}"`})
    const env = {KUBERNETES_EXEC_INFO: INFO, PRINTED: JSON.stringify({mode: 'AK', ...PAIR})}
    const {stderr, exitCode} = await run([], env)
    expect({stderr, exitCode}).to.deep.equal({stderr: '', exitCode: 0})
    expect((await run([], {...env, PRINTED: 'nothing'})).stderr).to.match(/please update me\n[^]*\(ProcessFailed\)/)
    expect((await run(['--verbose'], env)).stderr).to.contain('please update me')
  })

  it('has no word for a cache that others can enter', async function () {
    if (process.platform === 'win32') this.skip()
    const cache = join(world.home.dir, '.kube', 'cache', 'ack-ram-tool', 'credential-plugin')
    await mkdir(cache, {recursive: true})
    await chmod(cache, 0o777)
    const {stderr, exitCode} = await run(['--role-arn', FIRST], {...USER_ENV, KUBERNETES_EXEC_INFO: INFO})
    expect({stderr, exitCode}).to.deep.equal({stderr: '', exitCode: 0})
  })
})
