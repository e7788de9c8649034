import {chmod, readFile} from 'node:fs/promises'
import {join} from 'node:path'

import {expect} from 'chai'

import {runWithCredentials} from '../../../src/lib/use-cases/run-with-credentials.ts'
import {failureOf} from '../../support/failure-of.ts'
import {makeHome, type TestHome} from '../../support/home.ts'

describe('a command with credentials, on Windows', () => {
  let home: TestHome

  beforeEach(async () => {
    home = await makeHome()
  })
  afterEach(() => home.remove())

  it('sees no variable of other credentials, in whatever letters it is written', async () => {
    const seen = join(home.dir, 'seen.json')
    const program = "require('fs').writeFileSync(process.env.SEEN, JSON.stringify(process.env))"
    const groups = [{variables: [['ALIBABA_CLOUD_ACCESS_KEY_ID', 'new']]}] as never
    const env = {
      ...process.env,
      SEEN: seen,
      Alibaba_Cloud_Security_Token: 'old',
      alibaba_cloud_access_key_id: 'old',
      ALIBABA_CLOUD_ROLE_ARN: 'old',
    }
    const stale = ['ALIBABA_CLOUD_SECURITY_TOKEN', 'ALIBABA_CLOUD_ROLE_ARN']
    for (const platform of ['win32', process.platform] as const) {
      await runWithCredentials([process.execPath, '-e', program], groups, stale, {env, platform})
      const inherited = JSON.parse(await readFile(seen, 'utf8')) as Record<string, string>
      const names = Object.entries(inherited).filter(([name]) => /^alibaba_cloud/i.test(name))
      const others = platform === 'win32' ? [] : ['Alibaba_Cloud_Security_Token', 'alibaba_cloud_access_key_id']
      expect(names.map(([name]) => name).toSorted(), platform).to.deep.equal(
        ['ALIBABA_CLOUD_ACCESS_KEY_ID', ...others].toSorted(),
      )
    }
  })

  it('is not a batch file, which is told apart from a command that is not there', async () => {
    const path = await home.write('npm.cmd', '@echo off\r\n')
    await chmod(path, 0o755)
    // Two slashes begin an absolute path on Windows, and lead to the same file elsewhere.
    const shim = process.platform === 'win32' ? path : `/${path}`
    const run = async (program: string): Promise<string> => {
      const runtime = {env: {PATHEXT: '.EXE;.cmd'}, platform: 'win32'} as const
      const {exitCode, message, nextStep} = await failureOf(runWithCredentials([program, 'install'], [], [], runtime))
      return `${exitCode}: ${message}; ${nextStep}`
    }
    for (const program of [shim, shim.replace(/\.cmd$/, '')])
      expect(await run(program))
        .to.contain(`126: the command ${JSON.stringify(program)} is ${shim}, a batch file`)
        .and.contain('; put `cmd.exe /d /c` before it')
    for (const program of [shim.replace('npm', 'none'), shim.replace('npm.cmd', 'none')])
      expect(await run(program)).to.equal(
        `127: the command ${JSON.stringify(program)} was not found; install it, or correct its name`,
      )
  })
})
