import {mkdir, utimes, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {expect} from 'chai'

import {countingSource, IDENTITY, makeWorld, MINUTE, type World} from './support.ts'

const DAY = 24 * 60 * MINUTE

describe('what nobody uses any more in the cache', () => {
  let world: World

  beforeEach(async () => {
    world = await makeWorld()
  })
  afterEach(() => world.home.remove())

  const load = (session: string, minutes: number): Promise<string> =>
    world.idOf(countingSource(() => world.lasting(minutes), [...IDENTITY, ['session', session]]))
  /** As if every file had been written now. */
  const stamp = async (): Promise<void> => {
    for (const name of await world.files()) await utimes(join(world.dir, name), world.now, world.now)
  }

  it('is removed by the next write a day later: sessions do not pile up', async () => {
    for (const session of ['a', 'b', 'c']) await load(session, 60)
    expect(await world.files()).to.have.length(3)
    await stamp()
    world.passed(DAY + MINUTE)
    await load('d', 60)
    expect(await world.files()).to.have.length(1)
  })

  it('is left alone within that day', async () => {
    await load('a', 60)
    await stamp()
    world.passed(DAY - MINUTE)
    await load('b', 60)
    expect(await world.files()).to.have.length(2)
  })

  it('is no entry that has not expired', async () => {
    await load('a', 60 * 24 * 365)
    await stamp()
    world.passed(100 * DAY)
    await load('b', 60)
    expect(await world.files()).to.have.length(2)
  })

  it('is a note, a lock and an entry without an end, but no file of somebody else', async () => {
    await world.fill()
    const ofNobody = 'c'.repeat(64)
    await mkdir(join(world.dir, `${ofNobody}.lock`))
    await mkdir(join(world.dir, `${ofNobody}.second.lock`))
    for (const name of [`${ofNobody}.failed.json`, `${ofNobody}.json`, 'notes.json', `${ofNobody}.txt`])
      await writeFile(join(world.dir, name), '{"version":1}', {mode: 0o600})
    await stamp()
    world.passed(2 * DAY)
    await load('a', 60)
    const names = await world.files()
    expect(names).to.have.length(3).and.to.contain('notes.json').and.to.contain(`${ofNobody}.txt`)
  })
})
