import {expect} from 'chai'

import {candidatePaths} from '../../../src/lib/programs/candidate-paths.ts'

describe('candidatePaths', () => {
  const onWindows = (command: string, env: Record<string, string>): readonly string[] =>
    candidatePaths(command, {env, platform: 'win32'})

  it('tries every directory of PATH, an empty one as the working directory', () => {
    const env = {PATH: '/usr/bin::relative:/opt/a b'}
    expect(candidatePaths('art', {env, platform: 'linux'})).to.deep.equal([
      '/usr/bin/art',
      './art',
      'relative/art',
      '/opt/a b/art',
    ])
    expect(candidatePaths('/opt/art', {env, platform: 'darwin'})).to.deep.equal(['/opt/art'])
    // As Go splits it.
    for (const nothing of [{}, {PATH: ''}])
      expect(candidatePaths('art', {env: nothing, platform: 'linux'})).to.deep.equal([])
  })

  it('tries every ending of PATHEXT on Windows, and no file without one: npm puts one beside its .cmd', () => {
    const env = {Path: 'C:\\npm;"C:\\Program Files\\ack"', PATHEXT: '.EXE;.CMD'}
    expect(onWindows('ack-ram-tool', env)).to.deep.equal([
      'C:\\npm\\ack-ram-tool.EXE',
      'C:\\npm\\ack-ram-tool.CMD',
      'C:\\Program Files\\ack\\ack-ram-tool.EXE',
      'C:\\Program Files\\ack\\ack-ram-tool.CMD',
    ])
    expect(onWindows('art.exe', {PATH: 'C:\\a', PATHEXT: '.EXE'})).to.deep.equal([
      'C:\\a\\art.exe',
      'C:\\a\\art.exe.EXE',
    ])
    expect(onWindows('C:\\a\\art', {PATH: 'C:\\b'})).to.deep.equal(
      ['.COM', '.EXE', '.BAT', '.CMD'].map((ending) => `C:\\a\\art${ending}`),
    )
  })
})
