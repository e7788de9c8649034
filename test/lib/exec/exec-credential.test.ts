import {expect} from 'chai'

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
})
