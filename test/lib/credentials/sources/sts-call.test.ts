import {expect} from 'chai'

import {Secret} from '../../../../src/lib/base/secret.ts'
import {callAssumeRole} from '../../../../src/lib/credentials/sources/sts-call.ts'
import {jsonReply, SESSION_REPLY, testContext} from '../../../support/source-context.ts'

describe('the calls that open a session', () => {
  it('let STS write no line of its own into the log', async () => {
    const user = {Arn: 'acs:ram::1:assumed-role/r/s\ndebug: forged \u001B[31m'}
    const context = testContext({reply: () => jsonReply({Credentials: SESSION_REPLY, AssumedRoleUser: user})})
    const caller = {accessKeyId: 'LTAI-user', accessKeySecret: new Secret('SECRET-of-user')}
    await callAssumeRole({scheme: 'https', host: 'sts.example'}, new Map(), caller, context, undefined)
    expect(context.log.lines).to.have.length(1)
    expect(context.log.lines[0]).to.contain('assumed-role/r/s').and.not.to.contain('\n').and.not.to.contain('\u001B')
  })
})
