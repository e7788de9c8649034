import {expect} from 'chai'

import {Secret} from '../../../src/lib/base/secret.ts'
import {execCredential} from '../../../src/lib/exec/exec-credential.ts'

describe('execCredential', () => {
  it('is written as the Go tool writes it', () => {
    const issued = {token: 'k8s-ack-v2.e30=', expiresAt: new Date('2026-01-02T03:14:05.678Z')}
    expect(execCredential(issued, 'v1beta1')).to.equal(
      [
        '{',
        ' "kind": "ExecCredential",',
        ' "apiVersion": "client.authentication.k8s.io/v1beta1",',
        ' "spec": {',
        '  "interactive": false',
        ' },',
        ' "status": {',
        '  "expirationTimestamp": "2026-01-02T03:14:05Z",',
        '  "token": "k8s-ack-v2.e30="',
        ' }',
        '}',
        '',
      ].join('\n'),
    )
    expect(execCredential(issued, 'v1')).to.contain('"client.authentication.k8s.io/v1"')
  })

  it('has certificate and key where there is no token', () => {
    const expiresAt = new Date('2026-01-02T03:14:05Z')
    const issued = {certificatePem: 'CERTIFICATE', privateKeyPem: new Secret('SECRET-key'), expiresAt}
    expect((JSON.parse(execCredential(issued, 'v1')) as {status: object}).status).to.deep.equal({
      expirationTimestamp: '2026-01-02T03:14:05Z',
      clientCertificateData: 'CERTIFICATE',
      clientKeyData: 'SECRET-key',
    })
  })
})
