import {expect} from 'chai'

import {describeReply} from '../../../src/lib/transport/reply-kind.ts'
import {replyError} from '../../../src/lib/transport/service-error.ts'

const PAGE = '<!DOCTYPE html><html><body>Log in: SECRET-page</body></html>'
const CALL = {action: 'AssumeRole', service: 'STS', method: 'POST', url: 'https://sts.example/?SECRET-query'} as const

describe('describeReply', () => {
  it('says what has answered, and quotes nothing of it', () => {
    for (const [reply, words] of [
      [
        {status: 200, body: PAGE, contentType: 'text/html; charset=SECRET'},
        'HTTP 200, an HTML page answered (text/html)',
      ],
      [{status: 200, body: PAGE}, 'HTTP 200, an HTML page answered'],
      [{status: 200, body: '\n <html lang="SECRET">'}, 'HTTP 200, an HTML page answered'],
      [{status: 200, body: 'SECRET', contentType: 'text/HTML'}, 'HTTP 200, an HTML page answered (text/HTML)'],
      [{status: 200, body: 'SECRET', contentType: 'text/plain'}, 'HTTP 200, the answer is no JSON object (text/plain)'],
      [{status: 200, body: '["SECRET"]'}, 'HTTP 200, the answer is no JSON object'],
      [{status: 200, body: Buffer.from('\uFEFF{}', 'utf16le').toString()}, 'HTTP 200, the answer is UTF-16 or binary'],
      [{status: 503, body: ''}, 'HTTP 503'],
      [{status: 200, body: '\n'}, 'HTTP 200, the answer is empty'],
      [{status: 400, body: '{"Code":"X"}', contentType: 'application/json'}, 'HTTP 400'],
      [{status: 200, body: 'x', contentType: 'SECRET\u001B[2J'}, 'HTTP 200, the answer is no JSON object'],
    ] as const)
      expect(describeReply(reply)).to.equal(words)
  })

  it('stands in the error of a service in whose place a web page answers', () => {
    for (const status of [200, 403, 511]) {
      const error = replyError(CALL, {status, body: PAGE, contentType: 'text/html'})
      expect(error).to.include({code: 'ServiceFailed', exitCode: 6})
      expect(error.message).to.equal(
        `AssumeRole at sts.example failed: HTTP ${status}, an HTML page answered (text/html)`,
      )
      if (status < 500) expect(error.nextStep).to.contain('login page')
      expect(`${error.message} ${error.nextStep}`).not.to.contain('SECRET')
    }
  })
})
