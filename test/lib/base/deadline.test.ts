import {getEventListeners} from 'node:events'
import {setFlagsFromString} from 'node:v8'
import {runInNewContext} from 'node:vm'

import {expect} from 'chai'

import {outsideDeadline, startDeadline, timeLeftMs, withinTimeout} from '../../../src/lib/base/deadline.ts'

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

  it('knows how much time is left, by the first of the two', async () => {
    const run = startDeadline(50)
    expect(timeLeftMs(startDeadline(undefined, run.signal).signal)).to.be.within(1, 50)
    const {signal, release} = startDeadline(10, run.signal)
    expect(timeLeftMs(signal)).to.be.within(0, 10)
    await outsideDeadline(signal, () => Promise.resolve())
    expect(timeLeftMs(signal)).to.be.within(0, 10)
    expect(timeLeftMs(new AbortController().signal)).to.equal(Infinity)
    release()
    run.release()
  })

  it('does not end at once where it is longer than a timer can be', async () => {
    const long = startDeadline(2 ** 31)
    const short = startDeadline(10)
    await new Promise((resolve) => short.signal.addEventListener('abort', resolve))
    expect(long.signal.aborted).to.equal(false)
    long.release()
    short.release()
  })

  it('leaves nothing behind', () => {
    const run = new AbortController()
    startDeadline(HOUR_MS, run.signal).release()
    expect(getEventListeners(run.signal, 'abort')).to.deep.equal([])
  })
})

describe('withinTimeout', () => {
  const untilAborted = (signal: AbortSignal): Promise<unknown> =>
    new Promise((resolve) => signal.addEventListener('abort', resolve))

  it('leaves the next call what the first has not used of a time that they share', async () => {
    const shared = {leftMs: HOUR_MS}
    await withinTimeout(shared, () => Promise.resolve())
    expect(shared.leftMs).to.be.within(HOUR_MS - 60_000, HOUR_MS)
    shared.leftMs = 20
    await withinTimeout(shared, untilAborted)
    // A timer may end a moment early.
    expect(shared.leftMs).to.be.within(0, 2)
    expect(await withinTimeout(shared, (signal) => Promise.resolve(timeLeftMs(signal)))).to.be.within(0, 2)
    await withinTimeout(shared, untilAborted)
  })
})

describe('outsideDeadline', () => {
  it('stops the clock of the deadline and of those around it', async () => {
    const aborted = await withinTimeout(20, (run) =>
      withinTimeout(
        30,
        async (own) => {
          // Longer than both.
          await outsideDeadline(own, () => new Promise((resolve) => setTimeout(resolve, 60)))
          return [own.aborted, run.aborted]
        },
        run,
      ),
    )
    expect(aborted).to.deep.equal([false, false])
  })

  /** By a deadline of its own, since nothing else wakes this process up so soon. */
  const pass = (milliseconds: number): Promise<void> =>
    withinTimeout(milliseconds, (signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve())))

  it('starts it again for what is left', async () => {
    const start = performance.now()
    await withinTimeout(HOUR_MS, async (signal) => {
      await pass(30)
      const [atFirst, atLast] = await outsideDeadline(signal, async () => {
        const left = timeLeftMs(signal)
        await pass(30)
        return [left, timeLeftMs(signal)]
      })
      expect(atLast).to.equal(atFirst)
      // A timer may end a moment early.
      expect(HOUR_MS - timeLeftMs(signal)).to.be.within(25, performance.now() - start - 25)
    })
    await withinTimeout(40, async (signal) => {
      await outsideDeadline(signal, () => Promise.resolve())
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
    })
  })

  it('stands still until the last of several has ended, and takes no time twice', async () => {
    const start = performance.now()
    await withinTimeout(HOUR_MS, async (signal) => {
      await pass(30)
      const before = timers()
      const outside = (milliseconds: number): Promise<number> =>
        outsideDeadline(signal, async () => {
          await pass(milliseconds)
          return timeLeftMs(signal)
        })
      const both = Promise.all([outside(10), outside(30)])
      const left = timeLeftMs(signal)
      expect(HOUR_MS - left).to.be.within(25, performance.now() - start)
      expect(await both).to.deep.equal([left, left])
      expect(timers()).to.equal(before)
    })
  })

  it('does without a deadline, and leaves nothing behind', async () => {
    expect(await outsideDeadline(undefined, () => Promise.resolve(1))).to.equal(1)
    const before = timers()
    await withinTimeout(HOUR_MS, (signal) => outsideDeadline(signal, () => Promise.resolve()))
    expect(timers()).to.equal(before)
  })
})
