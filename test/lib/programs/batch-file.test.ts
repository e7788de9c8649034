import {expect} from 'chai'

import {isBatchFile, misreadByCmd} from '../../../src/lib/programs/batch-file.ts'

describe('a batch file of Windows', () => {
  it('is known by its ending, there alone', () => {
    for (const path of ['a.cmd', String.raw`C:\npm\ack-ram-tool.CMD`, 'a.b.bat', 'a.cmd. ']) {
      expect(isBatchFile(path, 'win32'), path).to.equal(true)
      expect(isBatchFile(path, 'linux'), path).to.equal(false)
    }
    for (const path of ['a.exe', 'cmd', 'a.cmd.exe']) expect(isBatchFile(path, 'win32'), path).to.equal(false)
  })

  const PATH = String.raw`C:\npm\ack-ram-tool.cmd`
  const misread = (...args: readonly string[]): string | undefined => misreadByCmd(PATH, ['get-token', ...args])

  it('gets what Go has put into quotes, and what needs none', () => {
    for (const value of [
      'alice',
      'R & D',
      String.raw`C:\Users\me (x86)\config.json`,
      '{"a": "b c"}',
      'a,b;c=d',
      'R\\D',
    ])
      expect(misread('--profile-name', value), value).to.equal(undefined)
  })

  it('is not handed what cmd.exe takes for commands, variables or line ends', () => {
    for (const value of ['R&D', 'a|b', 'a<b', 'a>b', 'a^b', 'a(b', 'a)b', '100%', '%PATH% x', 'a!b c', 'a\nb', 'a\r']) {
      expect(misread('--profile-name', value), value).to.equal('the value of --profile-name')
      expect(misread(`--profile-name=${value}`), value).to.equal('the value of --profile-name')
    }
    // The quotation mark within ends what are quotes for cmd.exe.
    expect(misread('--role-policy', '{"a": "b & c"}')).to.equal('the value of --role-policy')
    expect(misread('a&b')).to.equal('argument 2')
    expect(misreadByCmd(String.raw`C:\R&D\ack-ram-tool.cmd`, [])).to.equal('the path of the command')
  })
})
