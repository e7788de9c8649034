import {expect} from 'chai'

import type {ReceivedRequest} from './received-request.ts'
import {findRpcFault} from './rpc-signature.ts'

// An AssumeRole request of the Go tool (v0.15.1): key id `a`, secret `b`.
const PARAMETERS = {
  AccessKeyId: 'a',
  Action: 'AssumeRole',
  Format: 'JSON',
  RoleArn: 'acs:ram::1:role/r',
  RoleSessionName: 'ack-ram-tool-go',
  SignatureMethod: 'HMAC-SHA1',
  SignatureNonce: '62a4fd0478a52a3aa2e146542235ba71',
  SignatureVersion: '1.0',
  Timestamp: '2026-11-24T10:18:00Z',
  Version: '2015-04-01',
}
const SIGNATURE = '1wGyRRuhHkdrTy3lFNkLZmocOco='

const request = (parts: Partial<ReceivedRequest>): ReceivedRequest => ({
  method: 'POST',
  path: '/',
  query: [],
  headers: [],
  body: Buffer.alloc(0),
  form: [],
  ...parts,
})

describe('findRpcFault', () => {
  const signed = Object.entries({...PARAMETERS, Signature: SIGNATURE})

  it('accepts the Go tool, whether its parameters come in the query or the form', () => {
    expect(findRpcFault(request({query: signed}), 'b')).to.equal(undefined)
    expect(findRpcFault(request({form: signed.toReversed()}), 'b')).to.equal(undefined)
    expect(findRpcFault(request({query: signed.slice(0, 4), form: signed.slice(4)}), 'b')).to.equal(undefined)
  })

  it('refuses another secret, method or value', () => {
    const refused = [
      findRpcFault(request({query: signed}), 'c'),
      findRpcFault(request({query: signed, method: 'GET'}), 'b'),
      findRpcFault(request({query: signed, form: [['DurationSeconds', '900']]}), 'b'),
    ]
    expect(refused.map((fault) => fault?.code)).to.deep.equal(Array(3).fill('SignatureDoesNotMatch'))
  })

  it('refuses a parameter that is given twice, and other signature methods', () => {
    const refused = [
      findRpcFault(request({query: signed, form: [['Action', 'AssumeRole']]}), 'b'),
      findRpcFault(
        request({query: Object.entries({...PARAMETERS, SignatureMethod: 'HMAC-SHA256', Signature: 'x'})}),
        'b',
      ),
      findRpcFault(request({query: Object.entries({...PARAMETERS, SignatureVersion: '2.0', Signature: 'x'})}), 'b'),
    ]
    expect(refused.map((fault) => fault?.code)).to.deep.equal(Array(3).fill('IncompleteSignature'))
  })
})
