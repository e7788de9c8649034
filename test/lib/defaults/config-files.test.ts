import {expect} from 'chai'

import {configPaths} from '../../../src/lib/defaults/config-files.ts'
import {testRuntime} from '../../support/runtime.ts'

const paths = (platform: NodeJS.Platform, env: Record<string, string>, homeDir?: string): readonly string[] =>
  configPaths(testRuntime({platform, env, homeDir})).map((path) => path.replaceAll('\\', '/'))

describe('the paths of defaults files', () => {
  const SYSTEM = '/etc/ack-ram-tool/config.yaml'

  it("are the user's first, by the XDG Base Directory Specification", () => {
    expect(paths('linux', {}, '/home/a')).to.deep.equal(['/home/a/.config/ack-ram-tool/config.yaml', SYSTEM])
    expect(paths('darwin', {XDG_CONFIG_HOME: '/x/'}, '/home/a')).to.deep.equal(['/x/ack-ram-tool/config.yaml', SYSTEM])
  })

  for (const relative of ['', '.', 'x', './x', '~/x'])
    it(`are never in the working directory: XDG_CONFIG_HOME=${JSON.stringify(relative)}`, () => {
      const [first] = paths('linux', {XDG_CONFIG_HOME: relative}, '/home/a')
      expect(first).to.equal('/home/a/.config/ack-ram-tool/config.yaml')
    })

  it("are the system's alone without a home directory", () => {
    expect(paths('linux', {})).to.deep.equal([SYSTEM])
  })

  it('are those of Windows there, if they are absolute', () => {
    const env = {APPDATA: 'C:\\Users\\a\\AppData\\Roaming', ProgramFiles: 'C:\\Program Files', XDG_CONFIG_HOME: '/x'}
    expect(paths('win32', env, 'C:\\Users\\a')).to.deep.equal([
      'C:/Users/a/AppData/Roaming/ack-ram-tool/config.yaml',
      'C:/Program Files/ack-ram-tool/config.yaml',
    ])
    expect(paths('win32', {APPDATA: 'Roaming', ProgramFiles: 'C:x'}, 'C:\\Users\\a')).to.deep.equal([])
    expect(paths('win32', {PROGRAMDATA: 'C:\\ProgramData'}), 'where any user can make a directory').to.deep.equal([])
    expect(paths('win32', {APPDATA: '\\\\server\\share'})).to.deep.equal(['//server/share/ack-ram-tool/config.yaml'])
  })
})
