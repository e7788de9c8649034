import {getEventListeners} from 'node:events'

import {expect} from 'chai'

import {AckError, type ErrorCode} from '../../../src/lib/base/errors.ts'
import {carryOut, type Outcome} from '../../../src/lib/changes/carry-out.ts'
import type {Change} from '../../../src/lib/changes/plan.ts'

/** What each call of a change does, and what each look after it finds. */
interface Script {
  readonly calls?: readonly (ErrorCode | 'ok' | 'unsent' | 'lost sight')[]
  readonly looks?: readonly (boolean | ErrorCode | 'cannot tell')[]
  readonly needs?: readonly Change[]
  /** Whether failures say that the service is throttling. */
  readonly throttles?: boolean
  /** The next step of failures. */
  readonly hint?: string
}

describe('carryOut', () => {
  let log: string[]
  beforeEach(() => {
    log = []
  })

  const scripted = (
    title: string,
    {calls = ['ok'], looks = [true], needs, throttles = false, hint = 'mend it'}: Script = {},
  ): Change => {
    const [callsLeft, looksLeft] = [[...calls], [...looks]]
    return {
      title,
      call: `ram:${title}`,
      target: 'role r1',
      ...(needs ? {needs} : {}),
      left: () => `${title} is left`,
      carryOut: async (_signal, send) => {
        const next = callsLeft.shift() ?? 'ok'
        log.push(`${title} ${next}`)
        const call = {action: title, host: 'h', code: 'Throttling.User'}
        const failure = (code: ErrorCode): AckError =>
          new AckError(code, `${title} broke`, hint, throttles ? {call} : {})
        if (next === 'unsent') throw failure('NetworkFailed')
        await send(() => (next === 'ok' || next === 'lost sight' ? Promise.resolve() : Promise.reject(failure(next))))
        if (next === 'lost sight') throw failure('ServiceRefused')
      },
      isDone: () => {
        const next = looksLeft.length > 1 ? looksLeft.shift() : looksLeft[0]
        if (next === 'cannot tell') return Promise.resolve(undefined)
        return typeof next === 'string'
          ? Promise.reject(new AckError(next, 'cannot look'))
          : Promise.resolve(next ?? true)
      },
    }
  }
  const run = (...changes: readonly Change[]): Promise<Outcome> =>
    carryOut(
      {purpose: 'try', warnings: [], changes},
      {timeoutMs: 1000, report: () => {}, pause: () => Promise.resolve()},
    )
  const states = ({steps}: Outcome): readonly string[] => steps.map(({state}) => state)

  it('makes one change after the other, and reads back each', async () => {
    const outcome = await run(scripted('a'), scripted('b', {looks: [false, false, true]}))
    expect(states(outcome)).to.deep.equal(['done', 'done'])
    expect(outcome).not.to.have.property('failure')
    expect(log).to.deep.equal(['a ok', 'b ok'])
  })

  it('tells whether a call was accepted, or that nobody knows', async () => {
    for (const [script, isChanged, says] of [
      [{}, true, undefined],
      [{calls: ['ServiceRefused']}, false, undefined],
      [{calls: ['DeadlineExceeded'], throttles: true}, false, undefined],
      [{calls: ['unsent', 'unsent', 'unsent'], looks: [false]}, false, undefined],
      [{calls: ['NetworkFailed'], looks: [true]}, true, undefined],
      [{calls: ['NetworkFailed'], looks: ['ServiceRefused']}, undefined, 'whether it was done cannot be read'],
      [{calls: ['ServiceFailed', 'ServiceFailed', 'ServiceFailed'], looks: [false]}, undefined, undefined],
      [{calls: ['NetworkFailed', 'ok'], looks: [false, true]}, true, undefined],
      [{looks: [false]}, true, 'ram:a was accepted, but reading back does not show it'],
      [{calls: ['lost sight'], looks: ['ServiceRefused']}, true, 'ram:a was accepted, but cannot be read back'],
      [{calls: ['lost sight'], looks: [true]}, true, undefined],
    ] as const) {
      const {steps, failure} = await run(scripted('a', script))
      expect(steps[0]?.isChanged, JSON.stringify(script)).to.equal(isChanged)
      if (says !== undefined) expect(failure?.message).to.contain(says)
    }
  })

  it('ends at a refusal, and says what is done and what is not', async () => {
    const outcome = await run(scripted('a'), scripted('b', {calls: ['ServiceRefused']}), scripted('c'))
    expect(states(outcome)).to.deep.equal(['done', 'failed', 'not done'])
    expect(outcome.failure).to.include({code: 'ServiceRefused', message: 'b: b broke. done: a. not done: c'})
    expect(outcome.failure?.nextStep).to.equal('mend it; then run the command again, which finishes it')
    expect(log).to.deep.equal(['a ok', 'b ServiceRefused'])
    const unadvised = await run(scripted('c'), scripted('d', {calls: ['BackupUnusable'], hint: ''}))
    expect(unadvised.failure?.nextStep).to.equal('run the command again, which finishes it')
  })

  for (const code of ['NetworkFailed', 'DeadlineExceeded', 'ServiceFailed'] as const)
    it(`looks after ${code}, and makes the call again only if it had no effect`, async () => {
      const done = await run(scripted('a', {calls: [code], looks: [true]}))
      expect(done.steps[0]).to.include({state: 'done', note: 'no reply came (a broke), but it has been done'})
      const again = await run(scripted('b', {calls: [code, 'ok'], looks: [false, true]}))
      expect(states(again)).to.deep.equal(['done'])
      expect(log).to.deep.equal([`a ${code}`, `b ${code}`, 'b ok'])
    })

  it('gives up after three calls, and at once where it cannot look', async () => {
    const lost = ['NetworkFailed', 'NetworkFailed', 'NetworkFailed'] as const
    expect((await run(scripted('a', {calls: lost, looks: [false]}))).failure?.code).to.equal('NetworkFailed')
    expect(log).to.have.length(3)
    const blind = await run(scripted('b', {calls: lost, looks: ['NetworkFailed']}))
    expect(blind.failure?.message).to.contain('whether it was done cannot be read')
    expect(log).to.have.length(4)
  })

  it('makes no call again that the service has refused for now, as often as there was time', async () => {
    const outcome = await run(scripted('a', {calls: ['ServiceFailed'], looks: [false], throttles: true}), scripted('b'))
    expect(outcome.failure).to.include({message: 'a: a broke. not done: b'})
    expect(log).to.deep.equal(['a ServiceFailed'])
  })

  it('ends when interrupted, also while a call hangs, and says what is done and what is not', async () => {
    for (const [when, isChanged, says] of [
      ['before the call', false, 'nothing was sent'],
      ['while it hangs', undefined, 'it may have been done, or not'],
      ['after it', true, 'ram:b was accepted, and is not read back'],
    ] as const) {
      const user = new AbortController()
      const hang = (): Promise<never> => {
        user.abort()
        return new Promise(() => {})
      }
      const hanging: Change = {
        ...scripted('b'),
        carryOut: async (_signal, send) => {
          if (when === 'before the call') await hang()
          await send(() => (when === 'while it hangs' ? hang() : Promise.resolve()))
          await hang()
        },
      }
      const plan = {purpose: 'try', warnings: [], changes: [scripted('a'), hanging, scripted('c')]}
      const {steps, failure} = await carryOut(plan, {
        timeoutMs: 60_000,
        report: () => {},
        pause: () => Promise.resolve(),
        interrupted: user.signal,
      })
      expect(steps.map(({state}) => state)).to.deep.equal(['done', 'failed', 'not done'])
      expect(steps[1]?.isChanged, when).to.equal(isChanged)
      expect(failure).to.include({code: 'Cancelled', message: `b: interrupted: ${says}. done: a. not done: c`})
    }
  })

  it('leaves no listener behind, however many changes there are', async () => {
    const user = new AbortController()
    const changes = Array.from({length: 20}, (_, index) => scripted(`change ${index}`))
    const outcome = await carryOut(
      {purpose: 'try', warnings: [], changes},
      {timeoutMs: 1000, report: () => {}, pause: () => Promise.resolve(), interrupted: user.signal},
    )
    expect(states(outcome)).to.deep.equal(changes.map(() => 'done'))
    expect(getEventListeners(user.signal, 'abort')).to.deep.equal([])
  })

  it('begins nothing more when it was interrupted between two changes', async () => {
    const user = new AbortController()
    const outcome = await carryOut(
      {purpose: 'try', warnings: [], changes: [scripted('a'), scripted('b'), scripted('c', {needs: []})]},
      {timeoutMs: 1000, report: () => user.abort(), pause: () => Promise.resolve(), interrupted: user.signal},
    )
    expect(outcome.failure).to.include({code: 'Cancelled', message: 'interrupted. done: a. not done: b; c'})
    expect(log).to.deep.equal(['a ok'])
  })

  it('does not take for done what reading back does not show', async () => {
    const outcome = await run(scripted('a', {looks: [false]}), scripted('b'))
    expect(states(outcome)).to.deep.equal(['failed', 'not done'])
    expect(outcome.failure?.message).to.contain('reading back does not show it: a is left')
  })

  it('tries all changes whose needs are done, and no others', async () => {
    const [first, second] = [scripted('a', {needs: []}), scripted('b', {needs: [], calls: ['ServiceRefused']})]
    const outcome = await run(
      first,
      second,
      scripted('c', {needs: [first]}),
      scripted('d', {needs: [first, second]}),
      scripted('e', {needs: [], calls: ['NetworkFailed', 'ServiceRefused'], looks: [false]}),
    )
    expect(states(outcome)).to.deep.equal(['done', 'failed', 'done', 'not done', 'failed'])
    expect(outcome.failure).to.include({
      code: 'ServiceRefused',
      message: 'b: b broke. e: e broke. done: a; c. not done: d',
    })
  })

  it('does not take a failure for done where reading cannot tell', async () => {
    const lost = ['ServiceFailed', 'ServiceFailed', 'ServiceFailed'] as const
    expect(states(await run(scripted('a', {calls: lost, looks: ['cannot tell']})))).to.deep.equal(['failed'])
    const accepted = await run(scripted('b', {looks: ['cannot tell']}))
    expect(accepted.steps[0]).to.include({state: 'done'}).and.to.have.property('note').that.contains('accepted')
  })

  it('says that a call was accepted where it cannot read back', async () => {
    const {failure} = await run(scripted('a', {looks: ['NetworkFailed']}))
    expect(failure?.message).to.contain('ram:a was accepted, but cannot be read back: cannot look')
  })
})
