import {expect} from 'chai'

import {writtenByOthers} from '../../../../src/lib/base/files/written-by-others.ts'

const FILE = 0o100000
const PIPE = 0o010000
const DEVICE = 0o020000
const user = process.geteuid?.() ?? 0
const OTHER = 12_345

describe('whether others may have written a file', () => {
  before(function () {
    if (!process.geteuid) this.skip()
  })

  it('is told by its mode: not where all can write it, but where a group can, or all can read it', () => {
    for (const mode of [0o600, 0o400, 0o644, 0o664, 0o640, 0o660, 0o755])
      for (const kind of [FILE, PIPE]) expect(writtenByOthers({mode: kind | mode, uid: user})).to.equal(undefined)
    for (const mode of [0o602, 0o666, 0o777, 0o646])
      for (const kind of [FILE, PIPE])
        expect(writtenByOthers({mode: kind | mode, uid: user})).to.equal('every user can write it')
  })

  it('is told by its owner: root is trusted, and root trusts whom it is told to', () => {
    expect(writtenByOthers({mode: FILE | 0o644, uid: 0})).to.equal(undefined)
    const foreign = {mode: FILE | 0o600, uid: OTHER}
    expect(writtenByOthers(foreign, true)).to.equal('another user owns it')
    expect(writtenByOthers({...foreign, mode: FILE | 0o646}, true)).to.equal('another user owns it')
    expect(writtenByOthers(foreign)).to.equal(user === 0 ? undefined : 'another user owns it')
  })

  it('does not matter for a device, as /dev/null is', () => {
    expect(writtenByOthers({mode: DEVICE | 0o666, uid: 0})).to.equal(undefined)
  })
})
