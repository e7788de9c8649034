import {chmod} from 'node:fs/promises'

import {expect} from 'chai'

import {checkExecEntries} from '../../../src/lib/diagnosis/check-exec-entries.ts'
import {checkCommands} from '../../../src/lib/use-cases/entry-command.ts'
import {readKubeconfigOptions} from '../../../src/lib/options/kubeconfig-options.ts'
import {failureOf} from '../../support/failure-of.ts'
import {makeHome, type TestHome} from '../../support/home.ts'
import {recordingLog, testRuntime} from '../../support/runtime.ts'

/** npm's shim in PATH, or beside a name without its ending, as kubectl finds it on Windows. */
describe('an entry whose command is a batch file', () => {
  let home: TestHome
  let shim: string
  const runtime = testRuntime({platform: 'win32', env: {PATHEXT: '.EXE;.cmd'}})

  beforeEach(async function () {
    home = await makeHome()
    const path = await home.write('ack-ram-tool.cmd', '@"%~dp0\\run.cjs" %*\r\n')
    // Two slashes begin an absolute path on Windows, and lead to the same file elsewhere.
    shim = process.platform === 'win32' ? path : `/${path}`
    await chmod(shim, 0o755)
    await home.write('run.cjs', '')
  })
  afterEach(() => home.remove())

  const argsFor = (profile: string): readonly string[] => [
    'credential-plugin',
    'get-token',
    '--cluster-id',
    'c1',
    '--profile-name',
    profile,
  ]
  const check = (command: string, profile: string, platform: NodeJS.Platform = 'win32'): Promise<void> =>
    checkCommands(readKubeconfigOptions({flags: {}, execInfo: {}, env: {}}), {
      runtime: {...runtime, platform},
      log: recordingLog(),
    })([{user: 'u', before: undefined, command, args: argsFor(profile)}])

  it('is refused where cmd.exe would run a part of an argument', async () => {
    for (const command of [shim, shim.replace(/\.cmd$/, '')]) {
      const {code, message, nextStep} = await failureOf(check(command, 'R&SECRET'))
      expect({code, message}).to.deep.equal({
        code: 'InvalidOption',
        message: `kubectl starts ${JSON.stringify(shim)} by cmd.exe, which would misread the value of --profile-name: it has one of & | < > ^ ( ) % !`,
      })
      expect(nextStep).to.contain('--exec-command <path>').and.contain('--for-another-machine')
      await check(command, 'R & D')
    }
    await check(shim, 'R&D', 'linux')
    await check(`${home.dir}/ack-ram-tool.exe`, 'R&D')
  })

  it('is a problem for doctor', async () => {
    const findings = async (profile: string): Promise<readonly string[]> => {
      const exec = {
        apiVersion: 'client.authentication.k8s.io/v1',
        interactiveMode: 'Never',
        command: shim,
        args: argsFor(profile),
      }
      const user = {name: 'u', fields: {exec}, path: 'config'}
      const kubeconfigs = {currentContext: undefined, contexts: [], clusters: [], users: [user], findings: []}
      const checked = await checkExecEntries(kubeconfigs, runtime)
      return checked.findings.map(({level, text}) => `${level}: ${text}`)
    }
    expect((await findings('R&D')).at(-1)).to.contain(
      'problem: user "u": cmd.exe, which starts that, misreads the value of --profile-name',
    )
    expect(await findings('alice')).to.have.length(1)
  })
})
