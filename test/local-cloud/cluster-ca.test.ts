import {createPrivateKey, X509Certificate} from 'node:crypto'

import {expect} from 'chai'

import {createCertificate} from './certificate.ts'
import {findCertificateFault} from './client-certificate.ts'
import {createClusterCa} from './cluster-ca.ts'

const NOW = new Date('2026-11-24T10:00:00.750Z')
const USER = {uid: '201234567890123456', lifetimeSeconds: 900, now: NOW}

describe('createClusterCa', () => {
  it('issues certificates of a user for client authentication, which end when they were asked to', async () => {
    const ca = await createClusterCa(NOW)
    const {certPem, keyPem, commonName, expiration} = await ca.issue(USER)
    const certificate = new X509Certificate(certPem)
    expect(commonName).to.match(/^201234567890123456-\d{10}$/)
    expect(certificate.subject).to.equal(`O=system:users\nCN=${commonName}`)
    expect(expiration.toISOString()).to.equal('2026-11-24T10:15:00.000Z')
    expect(new Date(certificate.validTo)).to.deep.equal(expiration)
    expect(new Date(certificate.validFrom)).to.be.below(NOW)
    expect(certificate.ca).to.equal(false)
    expect(keyPem).to.match(/^-----BEGIN PRIVATE KEY-----\n/)
    expect(certificate.checkPrivateKey(createPrivateKey(keyPem))).to.equal(true)
    expect(findCertificateFault(certificate, {ca, now: NOW})).to.equal(undefined)
  })

  it('makes another certificate and another key each time', async () => {
    const ca = await createClusterCa(NOW)
    const [one, two] = [await ca.issue(USER), await ca.issue(USER)]
    expect(one.keyPem).not.to.equal(two.keyPem)
    expect(one.commonName).not.to.equal(two.commonName)
  })

  it('signs with its own key: a CA of the same name does not know its certificates', async () => {
    const [ca, other] = [await createClusterCa(NOW), await createClusterCa(NOW)]
    const authority = new X509Certificate(ca.certPem)
    expect(authority.ca).to.equal(true)
    expect(authority.subject).to.equal(new X509Certificate(other.certPem).subject)
    const certificate = new X509Certificate((await other.issue(USER)).certPem)
    expect(findCertificateFault(certificate, {ca, now: NOW})).to.include('unknown authority')
  })

  it("is not the issuer of a server's certificate, and its own is not for clients", async () => {
    const ca = await createClusterCa(NOW)
    const {certPem} = await createCertificate()
    const fault = (pem: string, trusted: string): string | undefined =>
      findCertificateFault(new X509Certificate(pem), {ca: {certPem: trusted}, now: NOW})
    expect(fault(certPem, ca.certPem)).to.include('unknown authority')
    expect(fault(ca.certPem, ca.certPem)).to.include('incompatible key usage')
  })
})
