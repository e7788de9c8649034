import {expect} from 'chai'

import {Secret} from '../../../src/lib/base/secret.ts'
import {describeAttempt} from '../../../src/lib/transport/describe-attempt.ts'

describe('the line of the log for a call', () => {
  it('shows no part of a secret that the service repeats where its texts are cut', () => {
    const secret = new Secret('k7Jq2mX9vB4nL6pR8tW3yZ5c').reveal()
    for (let before = 50; before < 110; before += 1) {
      const repeated = `${'x'.repeat(before)}${secret}`
      const line = describeAttempt({
        call: {service: 'STS', action: 'AssumeRole', method: 'POST', url: 'https://sts.aliyuncs.com/', headers: {}},
        proxy: undefined,
        outcome: {reply: {status: 400, body: JSON.stringify({Code: repeated, RequestId: repeated})}},
        tookMs: 1,
        attempt: 1,
      })
      expect(line, String(before)).to.contain('HTTP 400').and.not.contain(secret.slice(0, 3))
    }
  })
})
