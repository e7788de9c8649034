import {spawn} from 'node:child_process'
import {mkdir} from 'node:fs/promises'
import {join} from 'node:path'
import {text} from 'node:stream/consumers'

import {expect} from 'chai'

import {ALICE, CLUSTER_ID, envOf} from '../support/cluster-world.ts'
import {makeHome, type TestHome} from '../support/home.ts'
import {cliEnvironment, SHELL_PROGRAM, STANDALONE} from '../support/run-cli.ts'

const GET_TOKEN = `${SHELL_PROGRAM} credential-plugin get-token -c ${CLUSTER_ID}`
/** A call that reaches nobody: exit code 5. */
const REFUSED = `${GET_TOKEN} --no-cache --role-arn acs:ram::1:role/r --sts-endpoint http://127.0.0.1:1`

describe('the surroundings of a run', () => {
  let home: TestHome

  before(async function () {
    if (process.platform === 'win32') this.skip()
    home = await makeHome()
    await mkdir(join(home.dir, 'gone'))
  })
  after(() => home?.remove())

  const inShell = async (script: string): Promise<{stdout: string; exitCode: number}> => {
    const child = spawn('sh', ['-c', script], {
      cwd: home.dir,
      env: cliEnvironment(home.dir, envOf(ALICE)),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const ended = new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? -1)))
    const [stdout] = await Promise.all([text(child.stdout), text(child.stderr)])
    return {stdout, exitCode: await ended}
  }

  for (const [what, before, after] of [
    ['a working directory that was removed', 'mkdir -p gone; cd gone; rmdir ../gone; ', ''],
    ['a full stderr', '', ' 2> /dev/full'],
    ['a closed stderr', '', ' 2>&-'],
    ['a closed stdin', '', ' <&-'],
    ['a closed stdin and stderr', '', ' <&- 2>&-'],
    ['a umask that takes everything', 'umask 777; ', ''],
    ['few file descriptors', 'ulimit -n 64; ', ''],
    ['no /proc', '', ''],
    ['no /dev', '', ''],
  ] as const)
    it(`change neither answer nor exit code: ${what}`, async function () {
      if (after.includes('/dev/full') && process.platform !== 'linux') this.skip()
      // Bun itself needs both before it runs a program.
      if (STANDALONE && (before.includes('rmdir') || what === 'no /proc')) this.skip()
      const [, missing] = /^no (\/.*)/.exec(what) ?? []
      const within = (command: string): string =>
        missing === undefined
          ? `${before}${command}${after}`
          : `unshare -m sh -c 'mount -t tmpfs none ${missing} && ${command}'`
      if (missing !== undefined && (await inShell(within('true'))).exitCode !== 0) this.skip()
      const answer = await inShell(within(`${GET_TOKEN} --log-level debug`))
      expect(answer.exitCode).to.equal(0)
      expect(answer.stdout).to.contain('ExecCredential')
      expect(await inShell(within(`${GET_TOKEN} --nonsense`))).to.deep.equal({stdout: '', exitCode: 2})
      expect(await inShell(within(REFUSED))).to.deep.equal({stdout: '', exitCode: 5})
    })

  it('put an answer nowhere else where stdout is closed, and make nothing that others can read', async () => {
    const commands = ['>&-', '<&- >&-', '<&- >&- 2>&-'].map((closed) => `${GET_TOKEN} ${closed}`)
    const readable = String.raw`find "$HOME/.kube" \( -perm -004 -o -perm -040 \)`
    const script = `umask 0; ${commands.join(' && ')}; echo $?; grep -rl k8s-ack-v2.eyJ "$HOME"; ${readable}`
    expect(await inShell(script)).to.have.property('stdout', '0\n')
  })

  it('says that there are too few file descriptors for a command that needs many', async function () {
    if (STANDALONE) this.skip()
    const run = (limit: number): Promise<{stdout: string; exitCode: number}> =>
      inShell(`ulimit -n ${limit}; ${SHELL_PROGRAM} list-clusters --cs-endpoint http://127.0.0.1:1 --timeout 1s 2>&1`)
    // How many Node itself needs depends on its version. With too few for that it ends before the program begins.
    for (let limit = 16; limit < 32; limit += 1) {
      const {stdout, exitCode} = await run(limit)
      if (!stdout.startsWith('Error: ')) continue
      expect(exitCode, stdout).to.equal(1)
      expect(stdout)
        .to.contain('EMFILE')
        .and.match(/Next: `ulimit -n 256`\n$/)
      return
    }
    expect.fail('there is no such limit')
  })
})
