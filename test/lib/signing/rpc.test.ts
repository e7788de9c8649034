import {expect} from 'chai'

import {Secret} from '../../../src/lib/base/secret.ts'
import {signRpc} from '../../../src/lib/signing/rpc.ts'

describe('signRpc', () => {
  it('signs a POST as the Go tool signs AssumeRole', () => {
    const parameters = new Map([
      ['AccessKeyId', 'a'],
      ['Action', 'AssumeRole'],
      ['Format', 'JSON'],
      ['RoleArn', 'acs:ram::1:role/r'],
      ['RoleSessionName', 'ack-ram-tool-go'],
      ['SignatureMethod', 'HMAC-SHA1'],
      ['SignatureVersion', '1.0'],
      ['SignatureNonce', '62a4fd0478a52a3aa2e146542235ba71'],
      ['Timestamp', '2026-11-24T10:18:00Z'],
      ['Version', '2015-04-01'],
    ])
    expect(signRpc('POST', parameters, new Secret('b'))).to.equal('1wGyRRuhHkdrTy3lFNkLZmocOco=')
  })
})
