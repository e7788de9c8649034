import {expect} from 'chai'

import {inOrder} from '../../../src/lib/base/in-order.ts'
import {rejectionOf} from '../../support/rejection-of.ts'

describe('inOrder', () => {
  it('hands over in order what is ready in another order, a few at a time', async () => {
    const waiting = new Map<number, () => void>()
    let most = 0
    const results = inOrder([0, 1, 2, 3, 4, 5, 6, 7], {atOnce: 2, ahead: 4}, async (item) => {
      await new Promise<void>((resolve) => {
        waiting.set(item, resolve)
        most = Math.max(most, waiting.size)
      })
      waiting.delete(item)
      return item * 10
    })
    const found: number[] = []
    const reading = (async () => {
      for await (const result of results) found.push(result)
    })()
    while (found.length < 8) {
      // The last one first: the first is the slowest.
      const last = Math.max(...waiting.keys())
      if (waiting.size > 0) waiting.get(last)?.()
      await new Promise(setImmediate)
    }
    await reading
    expect(found).to.deep.equal([0, 10, 20, 30, 40, 50, 60, 70])
    expect(most).to.equal(2)
  })

  it('begins no more than it may keep, while the first is slow', async () => {
    const begun: number[] = []
    let finish = (): void => {}
    const results = inOrder([0, 1, 2, 3, 4, 5], {atOnce: 2, ahead: 3}, async (item) => {
      begun.push(item)
      if (item === 0) await new Promise<void>((resolve) => (finish = resolve))
      return item
    })
    const first = results.next()
    for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate)
    expect(begun).to.deep.equal([0, 1, 2])
    finish()
    expect((await first).value).to.equal(0)
    await results.return(undefined)
  })

  it('fails when it is the turn of the one that failed', async () => {
    const results = inOrder([0, 1, 2], {atOnce: 3, ahead: 3}, (item) =>
      item === 1 ? Promise.reject(new Error('broke')) : Promise.resolve(item),
    )
    expect((await results.next()).value).to.equal(0)
    expect(await rejectionOf(results.next())).to.have.property('message', 'broke')
  })
})
