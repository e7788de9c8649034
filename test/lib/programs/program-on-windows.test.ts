import {expect} from 'chai'

import {programOnWindows} from '../../../src/lib/programs/program-on-windows.ts'

describe('a program on Windows', () => {
  const find = (
    program: string,
    files: readonly string[],
    path = String.raw`.;sub;C:\one;"D:\two words";\\host\tools`,
  ) => programOnWindows(program, {Path: path}, (file) => files.includes(file))

  it('is looked for in PATH, and never in the current directory', () => {
    const one = String.raw`C:\one\login.exe`
    expect(find('login', ['login.exe', String.raw`.\login.exe`, String.raw`sub\login.exe`])).to.equal(undefined)
    expect(find('login', ['login.exe', String.raw`.\login.exe`, one])).to.equal(one)
    expect(find('login', [String.raw`D:\two words\login.com`])).to.equal(String.raw`D:\two words\login.com`)
    expect(find('login', [String.raw`\\host\tools\login.exe`])).to.equal(String.raw`\\host\tools\login.exe`)
    expect(find('login', ['login.exe', String.raw`C:\login.exe`], '')).to.equal(undefined)
  })

  it('has the ending that Windows adds, or its own', () => {
    expect(find('login', [String.raw`C:\one\login`])).to.equal(undefined)
    expect(find('login.cmd', [String.raw`C:\one\login.cmd`])).to.equal(String.raw`C:\one\login.cmd`)
    expect(find('login.v2', [String.raw`C:\one\login.v2.exe`])).to.equal(String.raw`C:\one\login.v2.exe`)
  })

  it('stays what it is with a directory', () => {
    for (const path of [String.raw`C:\x\login.exe`, String.raw`.\login`, 'bin/login', 'D:login'])
      expect(find(path, [])).to.equal(path)
  })
})
