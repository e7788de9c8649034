import {expect} from 'chai'

import {isAbsolutePath} from '../../../src/lib/base/is-absolute-path.ts'

describe('an absolute path', () => {
  it('has a drive or a host on Windows, as Go has it, for which client-go does not find others', () => {
    for (const path of ['C:\\a', 'c:/a', '\\\\host\\share\\a', '//host/share', '\\\\?\\C:\\a'])
      expect(isAbsolutePath(path, 'win32'), path).to.equal(true)
    for (const path of ['\\tools\\a', '/tools/a', 'C:a', 'C:', 'a', '.\\a', '1:\\a', '\\\\', ''])
      expect(isAbsolutePath(path, 'win32'), path).to.equal(false)
  })

  it('begins with a slash elsewhere', () => {
    expect(isAbsolutePath('/a', 'linux')).to.equal(true)
    for (const path of ['a', './a', 'C:\\a', '\\a', '']) expect(isAbsolutePath(path, 'darwin'), path).to.equal(false)
  })
})
