import {chmod, chown} from 'node:fs/promises'

import {expect} from 'chai'

import {CLI_CONFIG, CREDENTIALS_INI, makeHome, type TestHome} from '../support/home.ts'
import {isRoot, plainUser, programAs} from '../support/other-user.ts'
import {cliEnvironment, runCli} from '../support/run-cli.ts'
import {runApart} from '../support/run-apart.ts'

const FILES = [
  [
    CLI_CONFIG,
    JSON.stringify({
      current: 'p',
      profiles: [{name: 'p', mode: 'AK', access_key_id: 'LTAI-x', access_key_secret: 'SECRET-x'}],
    }),
  ],
  [CREDENTIALS_INI, '[default]\ntype = access_key\naccess_key_id = LTAI-x\naccess_key_secret = SECRET-x\n'],
] as const

describe('a credential file that others could have written', () => {
  let home: TestHome

  before(function () {
    if (process.platform === 'win32') this.skip()
  })
  beforeEach(async () => {
    home = await makeHome()
  })
  afterEach(() => home?.remove())

  const run = (): ReturnType<typeof runCli> =>
    runCli(['credential-plugin', 'get-token', '-c', 'c1', '--token-only'], {home: home.dir})

  const expectRefusal = async (path: string, why: string): Promise<void> => {
    const {stdout, stderr, exitCode} = await run()
    expect({stdout, exitCode}, stderr).to.deep.equal({stdout: '', exitCode: 3})
    expect(stderr).to.contain(path).and.contain(why).and.not.contain('SECRET')
  }

  for (const [name, text] of FILES) {
    it(`is refused if every user can write it: ${name}`, async () => {
      const path = await home.write(name, text)
      expect(await run()).to.include({exitCode: 0, stderr: ''})
      for (const mode of [0o666, 0o602, 0o646]) {
        await chmod(path, mode)
        await expectRefusal(path, 'every user can write it')
      }
    })
  }

  it('is refused if another user owns it, with a remedy that its reader can carry out', async function () {
    const user = plainUser()
    if (!isRoot || !user) this.skip()
    const path = await home.write('shared.json', FILES[0][1])
    for (const dir of [home.dir, path]) await chmod(dir, 0o755)
    for (const mode of [0o644, 0o646]) {
      await chmod(path, mode)
      await chown(path, 1234, 1234)
      const command = programAs(user, ['credential-plugin', 'get-token', '-c', 'c1', '--profile-file', path])
      const {stdout, stderr, exitCode} = await runApart(command, cliEnvironment(home.dir, {}))
      expect({stdout, exitCode}, stderr).to.deep.equal({stdout: '', exitCode: 3})
      expect(stderr).to.contain('another user owns it').and.contain('a copy of your own').and.not.contain('chmod')
    }
  })

  it('may be any group’s, as where each user has one', async () => {
    const path = await home.write(CLI_CONFIG, FILES[0][1])
    await chmod(path, 0o660)
    expect(await run()).to.include({exitCode: 0, stderr: ''})
  })

  it('may be any user’s where root reads it, as with the HOME that sudo keeps', async function () {
    if (process.geteuid?.() !== 0) this.skip()
    const path = await home.write(CLI_CONFIG, FILES[0][1])
    await chown(path, 1234, 1234)
    expect(await run()).to.include({exitCode: 0, stderr: ''})
  })
})
