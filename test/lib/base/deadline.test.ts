import {getEventListeners} from 'node:events'
import {setFlagsFromString} from 'node:v8'
import {runInNewContext} from 'node:vm'

import {expect} from 'chai'

import {startDeadline} from '../../../src/lib/base/deadline.ts'

const HOUR_MS = 3_600_000

const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length

describe('startDeadline', () => {
  it('ends with the first of the two, even where memory is tidied up meanwhile', async () => {
    setFlagsFromString('--expose-gc')
    const collectGarbage = runInNewContext('gc') as () => void
    for (const [ownMs, runMs] of [
      [HOUR_MS, 50],
      [50, HOUR_MS],
    ] as const) {
      const {signal, release} = startDeadline(ownMs, AbortSignal.timeout(runMs))
      const ended = new Promise((resolve) => signal.addEventListener('abort', resolve))
      const tidying = setInterval(collectGarbage, 10)
      await ended
      clearInterval(tidying)
      release()
    }
  })

  it('has no limit of its own where there is none, only that of the run', () => {
    const before = timers()
    const run = new AbortController()
    const {signal, release} = startDeadline(undefined, run.signal)
    expect(timers()).to.equal(before)
    run.abort()
    expect(signal.aborted).to.equal(true)
    release()
  })

  it('has ended where the run has', () => {
    const {signal, release} = startDeadline(HOUR_MS, AbortSignal.abort())
    expect(signal.aborted).to.equal(true)
    release()
  })

  it('leaves nothing behind', () => {
    const run = new AbortController()
    startDeadline(HOUR_MS, run.signal).release()
    expect(getEventListeners(run.signal, 'abort')).to.deep.equal([])
  })
})
