import {expect} from 'chai'

import {userAgent} from '../../../src/lib/transport/user-agent.ts'

describe('userAgent', () => {
  it("uses Go's words for platform and architecture", () => {
    expect(userAgent({version: '1.2.3', platform: 'linux', arch: 'x64'})).to.equal('ack-ram-tool/1.2.3 (linux/amd64)')
    expect(userAgent({version: '1.2.3', platform: 'win32', arch: 'arm64'})).to.equal(
      'ack-ram-tool/1.2.3 (windows/arm64)',
    )
    expect(userAgent({version: '1.2.3', platform: 'darwin', arch: 's390x'})).to.equal(
      'ack-ram-tool/1.2.3 (darwin/s390x)',
    )
  })
})
