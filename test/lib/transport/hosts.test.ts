import {expect} from 'chai'

import {isOwnLink} from '../../../src/lib/transport/hosts.ts'

describe('isOwnLink', () => {
  it('knows this machine, its link and the metadata service', () => {
    for (const host of ['localhost', '127.0.0.1', '127.9.9.9', '169.254.1.1', '100.100.100.200', '[::1]', '[fe80::1]'])
      expect(isOwnLink(host), host).to.equal(true)
  })

  it('takes nothing else for it', () => {
    for (const host of ['sts.aliyuncs.com', '127.0.0.1.example', 'localhost.example', '100.100.100.201', '10.0.0.1'])
      expect(isOwnLink(host), host).to.equal(false)
    for (const host of ['[fd00::1]', '[fec0::1]', '[::2]', 'fe80.example', '169.255.0.1'])
      expect(isOwnLink(host), host).to.equal(false)
  })
})
