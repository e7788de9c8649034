import {expect} from 'chai'

import {isExecCommand} from '../../../src/lib/exec/exec-command.ts'

describe('isExecCommand', () => {
  it('knows the two commands that kubectl runs, and no other', () => {
    expect(isExecCommand('credential-plugin', 'get-token')).to.equal(true)
    expect(isExecCommand('credential-plugin', 'get-credential')).to.equal(true)
    for (const words of [
      ['credential-plugin', 'get-kubeconfig'],
      ['credential-plugin', ''],
      ['credential-plugin', undefined],
      ['', 'get-token'],
      ['auth', 'get-credential'],
      [undefined, 'get-token'],
      ['get-token', 'credential-plugin'],
    ])
      expect(isExecCommand(words[0], words[1]), String(words)).to.equal(false)
  })
})
