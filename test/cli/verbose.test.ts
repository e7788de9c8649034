import {expect} from 'chai'

import {ALICE, CLUSTER_ID, envOf, ROLE, startClusterWorld, type ClusterWorld} from '../support/cluster-world.ts'
import {makeHome, type TestHome} from '../support/home.ts'
import {runCli} from '../support/run-cli.ts'

describe('--verbose', () => {
  let home: TestHome
  let world: ClusterWorld

  beforeEach(async () => {
    home = await makeHome()
    world = await startClusterWorld()
  })
  afterEach(async () => {
    await world.close()
    await home.remove()
  })

  /** The lines of the log without their times. */
  const logOf = async (args: readonly string[], env: Record<string, string> = {}): Promise<readonly string[]> => {
    const {stdout, stderr, exitCode} = await runCli(['credential-plugin', ...args, '-c', CLUSTER_ID], {
      home: home.dir,
      env: {...envOf(ALICE), CS_ENDPOINT: world.cs.endpoint, ACK_RAM_TOOL_STS_ENDPOINT: world.sts.endpoint, ...env},
    })
    expect({exitCode, isThere: stdout.startsWith('{')}, stderr).to.deep.equal({exitCode: 0, isThere: true})
    expect(stderr).not.to.match(/SECRET-|Signature|PRIVATE KEY|k8s-ack-/)
    return stderr.split('\n').flatMap((line) => /^\S+ debug: (.*)$/.exec(line)?.[1] ?? [])
  }
  const STS = '127\\.0\\.0\\.1:\\d+'

  it('has a line for each call: where to, what came back, how long it took, which attempt', async () => {
    world.sts.failNext(1, {status: 503, code: 'ServiceUnavailable'})
    const calls = (await logOf(['get-token', '--role-arn', ROLE, '-v'])).filter((line) => line.startsWith('call: '))
    expect(calls).to.have.length(2)
    const start = `^call: AssumeRole at ${STS}, no proxy: `
    expect(calls[0]).to.match(
      new RegExp(`${start}HTTP 503, ServiceUnavailable, RequestId [\\w-]+, \\d+ ms, attempt 1$`),
    )
    expect(calls[1]).to.match(new RegExp(`${start}HTTP 200, RequestId [\\w-]+, \\d+ ms, attempt 2$`))
  })

  it('says whose credentials are used, with the ARN of a session and its end', async () => {
    const lines = await logOf(['get-token', '--role-arn', ROLE], {ACK_RAM_TOOL_VERBOSE: '1'})
    const text = lines.join('\n')
    expect(text).to.match(
      /^credentials: session acs:ram::1:role\/admin\/ack-ram-tool, AccessKey ID STS\.\S+, valid until \S+Z$/m,
    )
    expect(text).to.match(/^credentials: role \S+ assumed by the AccessKey of the environment .*, AccessKey ID STS\./m)
    expect((await logOf(['get-token', '-v'])).join('\n')).to.contain(
      `AccessKey ID ${ALICE.accessKeyId}, without an end`,
    )
  })

  it('says of the cache why it was used or not, for credentials and for certificates', async () => {
    for (const args of [
      ['get-token', '--role-arn', ROLE, '-v'],
      ['get-credential', '-v'],
    ]) {
      const cacheLines = async (...more: string[]): Promise<string> =>
        (await logOf([...args, ...more])).filter((line) => line.startsWith('cache: ')).join('\n')
      expect(await cacheLines()).to.match(
        /^cache: getting new .*: nothing is cached in .*\ncache: wrote .*, valid until/,
      )
      expect(await cacheLines()).to.match(/^cache: using (credentials|certificate) of .* from .*\.json$/)
      expect(await cacheLines('--no-cache')).not.to.contain('using')
    }
  })

  it('is silent by default', async () => {
    const {stderr} = await runCli(['credential-plugin', 'get-token', '-c', CLUSTER_ID, '--role-arn', ROLE], {
      home: home.dir,
      env: {...envOf(ALICE), ACK_RAM_TOOL_STS_ENDPOINT: world.sts.endpoint},
    })
    expect(stderr).to.equal('')
  })
})
