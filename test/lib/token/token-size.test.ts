import {expect} from 'chai'

import {AckError} from '../../../src/lib/base/errors.ts'
import {Secret} from '../../../src/lib/base/secret.ts'
import {checkTokenSize} from '../../../src/lib/token/token-size.ts'
import {recordingLog} from '../../support/runtime.ts'

interface Given {
  readonly bytes: number
  readonly accessKeyId?: string
  readonly securityToken?: string
  readonly clusterId?: string
  readonly extraQuery?: ReadonlyMap<string, string>
}

/** The lines of the log, or the error's message and advice. */
const outcome = ({bytes, accessKeyId = '', securityToken, clusterId = '', extraQuery = new Map()}: Given): string => {
  const log = recordingLog()
  const credentials = {
    accessKeyId,
    accessKeySecret: new Secret('SECRET'),
    ...(securityToken === undefined ? {} : {securityToken: new Secret(securityToken)}),
  }
  try {
    checkTokenSize('t'.repeat(bytes), {clusterId, credentials, extraQuery}, log)
  } catch (error) {
    if (!(error instanceof AckError)) throw error
    return `${error.code}: ${error.message}: ${error.nextStep}`
  }
  return log.lines.join('\n')
}

describe('checkTokenSize', () => {
  it('says nothing below 3500 bytes, warns up to 4096, and refuses what is larger', () => {
    expect(outcome({bytes: 3499})).to.equal('')
    expect(outcome({bytes: 3500})).to.match(/^warn: the token has 3500 bytes, and authenticators accept at most 4096/)
    expect(outcome({bytes: 4096})).to.match(/^warn: the token has 4096 bytes/)
    expect(outcome({bytes: 4097})).to.match(/^TokenTooLarge: the token has 4097 bytes/)
  })

  it('names the longest part, and what to do about it', () => {
    const bytes = 5000
    const extraQuery = new Map([
      ['a', '12'],
      ['bc', '3'],
    ])
    expect(outcome({bytes, securityToken: 'x'.repeat(7), clusterId: 'c1', accessKeyId: 'LTAI', extraQuery})).to.match(
      /the security token \(7 characters\): use an AccessKey, or a role session with a shorter policy/,
    )
    expect(outcome({bytes, clusterId: 'c'.repeat(7), accessKeyId: 'LTAI', extraQuery})).to.match(
      /the cluster ID \(7 characters\): check --cluster-id/,
    )
    expect(outcome({bytes, clusterId: 'c1', accessKeyId: 'LTAI', extraQuery})).to.match(
      /the extra query \(6 characters\): check the variables with the prefix/,
    )
    expect(outcome({bytes, clusterId: 'c1', accessKeyId: 'LTAI678', extraQuery})).to.match(
      /the AccessKey ID \(7 characters\): check the AccessKey ID/,
    )
  })
})
