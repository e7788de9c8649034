import {expect} from 'chai'

import {checkCertificate} from '../../../src/lib/container-service/client-certificate.ts'
import {CERTIFICATE, PRIVATE_KEY} from '../../fuzz/targets/certificate.ts'

/** The same certificate with another end; nobody looks at its signature. */
const endingAt = (time: string): string => {
  const der = Buffer.from(CERTIFICATE.replaceAll(/-----[A-Z ]+-----|\n/g, ''), 'base64').toString('latin1')
  const changed = Buffer.from(der.replace('21261103191137Z', time), 'latin1').toString('base64')
  return `-----BEGIN CERTIFICATE-----\n${changed}\n-----END CERTIFICATE-----\n`
}

describe('a client certificate', () => {
  it('ends when it says, or earlier where the service says so', () => {
    const end = new Date('2126-11-03T19:11:37Z')
    const soon = new Date('2026-12-01T00:00:00Z')
    expect(checkCertificate(CERTIFICATE, PRIVATE_KEY, undefined)).to.have.deep.property('expiresAt', end)
    expect(checkCertificate(CERTIFICATE, PRIVATE_KEY, soon)).to.have.deep.property('expiresAt', soon)
  })

  it('is refused where its end is no time', () => {
    for (const time of ['21261303191137Z', '2126110319113xZ', '21261103191137+'])
      expect(checkCertificate(endingAt(time), PRIVATE_KEY, undefined), time).to.have.property(
        'fault',
        'its certificate has no valid end',
      )
  })
})
