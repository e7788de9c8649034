import {expect} from 'chai'

import {AckError} from '../../../src/lib/base/errors.ts'
import {readKubeconfigOptions} from '../../../src/lib/options/kubeconfig-options.ts'

describe('--exec-command', () => {
  const read = (command: string, platform: NodeJS.Platform, forAnotherMachine = false): string => {
    try {
      const flags = {'exec-command': command, 'for-another-machine': forAnotherMachine}
      return readKubeconfigOptions({flags, execInfo: {}, env: {}}, platform).execCommand
    } catch (error) {
      if (AckError.is(error)) return `${error.message}; ${error.nextStep}`
      throw error
    }
  }

  it('is a name or an absolute path, as client-go sees it', () => {
    for (const command of ['ack', 'C:\\tools\\ack.exe', 'c:/ack.exe', '\\\\host\\tools\\ack.exe']) {
      expect(read(command, 'win32')).to.equal(command)
      expect(read(command, 'linux', true)).to.equal(command)
    }
    expect(read('/opt/ack', 'linux')).to.equal('/opt/ack')
    expect(read('/opt/ack', 'win32', true)).to.equal('/opt/ack')
  })

  it('is not a path that depends on a current drive or directory', () => {
    for (const command of ['\\tools\\ack.exe', 'C:ack.exe', 'tools\\ack.exe', './ack'])
      for (const [platform, forAnother] of [
        ['win32', false],
        ['win32', true],
        ['linux', true],
      ] as const)
        expect(read(command, platform, forAnother), `${command} on ${platform}`).to.contain(
          '--exec-command is a relative path; ',
        )
  })

  it('is a path of another system only for another machine', () => {
    expect(read('C:\\ack.exe', 'linux')).to.match(/is no path of this machine; .* for Windows$/)
    expect(read('/opt/ack', 'win32')).to.match(/is no path of this machine; .* for Linux or macOS$/)
  })
})
