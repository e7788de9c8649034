import {expect} from 'chai'

import {plannedExit, reportError} from '../../../src/lib/cli/report-error.ts'
import {AckError} from '../../../src/lib/base/errors.ts'
import {Secret} from '../../../src/lib/base/secret.ts'

const known = new AckError('ProfileNotFound', 'no such profile', 'choose another')

describe('reportError', () => {
  it('tells a person what failed, its code word and what to do next', () => {
    expect(reportError(known, {}, {})).to.deep.equal({
      text: 'Error: no such profile (ProfileNotFound)\n  Next: choose another\n',
      exitCode: 3,
    })
    expect(reportError(new AckError('ProfileNotFound', 'gone'), {}, {}).text).to.equal(
      'Error: gone (ProfileNotFound)\n',
    )
  })

  it('tells a machine the same as one JSON object, asked by flag or variable', () => {
    const expected =
      '{"error":{"code":"ProfileNotFound","message":"no such profile","nextStep":"choose another","exitCode":3}}\n'
    expect(reportError(known, {'error-format': 'json'}, {}).text).to.equal(expected)
    expect(reportError(known, {}, {ACK_RAM_TOOL_ERROR_FORMAT: 'json'}).text).to.equal(expected)
    expect(reportError(known, {'error-format': 'text'}, {ACK_RAM_TOOL_ERROR_FORMAT: 'json'}).text).to.match(/^Error/)
  })

  it('says nothing to a person who pressed Ctrl-C', () => {
    expect(reportError(new AckError('Cancelled', 'cancelled'), {}, {})).to.deep.equal({text: '', exitCode: 130})
    expect(reportError(new AckError('Cancelled', 'cancelled'), {'error-format': 'json'}, {}).text).to.contain(
      '"code":"Cancelled"',
    )
  })

  it('says nothing of a reader of stdout who has gone', () => {
    const error = new AckError('OutputFailed', 'cannot write', '', {
      cause: Object.assign(new Error('x'), {code: 'EPIPE'}),
    })
    for (const flags of [{}, {'error-format': 'json'}])
      expect(reportError(error, flags, {})).to.deep.equal({text: '', exitCode: error.exitCode})
  })

  it('takes everything else for a bug, and shows where it happened only when asked to', () => {
    const bug = new TypeError('x is not a function')
    expect(reportError(bug, {}, {})).to.deep.include({exitCode: 1})
    expect(reportError(bug, {}, {}).text).to.match(
      /^Error: internal error: TypeError: x is not a function \(Internal\)\n {2}Next: this is a bug/,
    )
    expect(reportError(bug, {verbose: true}, {}).text).to.contain('report-error.test')
    expect(reportError('SECRET thrown', {}, {}).text).not.to.contain('SECRET')
  })

  it('lets nothing that others have named steer the terminal', () => {
    const {text} = reportError(new AckError('ProfileNotFound', 'no \u001b]0;x\u0007\u009b2J\u202ename', 'a\tb'), {}, {})
    expect(text).to.equal('Error: no \ufffd]0;x\ufffd\ufffd2J\ufffdname (ProfileNotFound)\n  Next: a\tb\n')
  })

  it('masks a secret that somebody else put into a message', () => {
    const secret = new Secret('SECRET-in-a-message')
    const {text} = reportError(new Error(`failed with ${secret.reveal()}`), {verbose: true}, {})
    expect(text).to.contain('failed with [secret]').and.not.contain('SECRET-in')
  })

  it('stays JSON where a secret looks like a part of an escape', () => {
    const secret = new Secret('u001b[31mSECRET')
    const error = new AckError('ProfileNotFound', 'no \u001b[31mSECRET', secret.reveal())
    const {text} = reportError(error, {'error-format': 'json'}, {})
    expect(JSON.parse(text)).to.have.nested.property('error.nextStep', '[secret]')
  })
})

describe('plannedExit', () => {
  it("is the code of oclif's own early exit, and nothing for other errors", () => {
    expect(plannedExit({code: 'EEXIT', oclif: {exit: 0}})).to.equal(0)
    expect(plannedExit({code: 'EEXIT'})).to.equal(1)
    expect(plannedExit(known)).to.equal(undefined)
    expect(plannedExit(undefined)).to.equal(undefined)
  })
})
