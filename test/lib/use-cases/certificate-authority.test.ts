import {Buffer} from 'node:buffer'

import {expect} from 'chai'

import {certificatesIn} from '../../../src/lib/use-cases/certificate-authority.ts'

describe('a file of certificates', () => {
  it('is given up at once where beginnings have no end', function () {
    // Some seconds for a regular expression.
    this.timeout(1000)
    const begin = '-----BEGIN CERTIFICATE-----\n'
    expect(certificatesIn(Buffer.from(begin.repeat(20_000)))).to.deep.equal({why: 'holds no whole certificate'})
    const ended = `${begin.repeat(20_000)}-----END CERTIFICATE-----`
    expect(certificatesIn(Buffer.from(ended))).to.deep.equal({why: 'holds a certificate that cannot be read'})
  })
})
