import {mkdir, readdir, readFile, utimes, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {expect} from 'chai'

import {tryLock} from '../../../src/lib/base/files/lock.ts'
import {removeLeftovers} from '../../../src/lib/cache/cache-entries.ts'
import {roleLockName} from '../../../src/lib/cache/file-kinds.ts'
import {countingSource, makeWorld, MINUTE, type World} from './support.ts'

const DAY = 24 * 60 * MINUTE
const NONCE = '0a'.repeat(16)
const KEY = 'c'.repeat(64)

/** What a killed process may leave, but for locks. */
const HALF_MADE = [
  `${NONCE}.tmp`,
  `clock.json.${NONCE}.tmp`,
  `${KEY}.json.${NONCE}.tmp`,
  `${KEY}.failed.json.${NONCE}.tmp`,
  `${KEY}.clusters.json.${NONCE}.tmp`,
]

const LOCKS = [`${KEY}.lock`, `${KEY}.second.lock`, roleLockName('admin.of-all')]

/** What nobody of us has made, though much of it looks so. */
const OF_OTHERS = [
  'notes.json',
  'notes.tmp',
  `notes.json.${NONCE}.tmp`,
  `${KEY}.txt`,
  `${KEY}.lock.bak`,
  `${KEY.slice(1)}.failed.json`,
  `rrsa-role-admin.json`,
]

describe('what killed processes left in the cache', () => {
  let world: World

  beforeEach(async () => {
    world = await makeWorld()
    await world.fill()
  })
  afterEach(() => world.home.remove())

  const context = () => world.settings()
  const at = (name: string): string => join(world.dir, name)
  const plant = async (names: readonly string[]): Promise<void> => {
    for (const name of names) await writeFile(at(name), 'x', {mode: 0o600})
  }
  const kept = async (): Promise<readonly string[]> =>
    (await world.files()).filter((name) => name !== `${world.key}.json`)
  const stamp = async (): Promise<void> => {
    for (const name of await world.files()) await utimes(at(name), world.now, world.now)
  }
  /** The lock of this process, which lives. */
  const take = (name: string): (() => void) => {
    const attempt = tryLock(at(name), new Set(), context())
    if (attempt.state !== 'held') throw new Error(attempt.state)
    return () => attempt.release(false)
  }

  it('is removed when the cache is cleared, and nothing of others is', async () => {
    await plant([...HALF_MADE, `${KEY}.failed.json`, `${KEY}.clusters.json`, 'clock.json', ...OF_OTHERS])
    for (const name of LOCKS) await mkdir(at(name))
    await removeLeftovers(world.dir, context())
    expect(await kept()).to.have.members(OF_OTHERS)
    expect(await world.files(), 'an entry is no leftover').to.include(`${world.key}.json`)
  })

  /** Makes the owner of a lock a process of another host, of which nobody here can tell whether it lives. */
  const asElsewhere = async (name: string): Promise<void> => {
    for (const owner of await readdir(at(name))) {
      const file = join(at(name), owner)
      const known = JSON.parse(await readFile(file, 'utf8')) as object
      await writeFile(file, JSON.stringify({...known, host: 'elsewhere'}), {mode: 0o600})
    }
  }

  it('is removed by the next write: in ten minutes, and locks in a day', async () => {
    await plant([...HALF_MADE, ...OF_OTHERS])
    for (const name of LOCKS) {
      take(name)
      await asElsewhere(name)
      await mkdir(at(`${name}.${NONCE}.tmp`))
    }
    await stamp()
    world.passed(11 * MINUTE)
    const write = (): Promise<string> =>
      world.idOf(countingSource(() => world.lasting(60), [['kind', String(world.now)]]))
    await write()
    expect((await kept()).filter((name) => name.endsWith('.tmp'))).to.have.members(
      OF_OTHERS.filter((name) => name.endsWith('.tmp')),
    )
    expect(await kept()).to.include.members(LOCKS)
    world.passed(DAY)
    await write()
    expect(await kept())
      .to.include.members(OF_OTHERS)
      .and.not.to.include.oneOf(LOCKS)
  })

  it('is no lock of a process that lives: no other one gets in while it works', async () => {
    for (const name of LOCKS) {
      const release = take(name)
      await removeLeftovers(world.dir, context())
      expect(tryLock(at(name), new Set(), context()).state, name).to.equal('busy')
      release()
      expect(await kept()).to.deep.equal([])
    }
  })

  it('is a lock whose owner holds it for longer than any work takes, and one without a result', async () => {
    for (const name of LOCKS) {
      take(name)
      await asElsewhere(name)
      world.passed(2 * MINUTE)
      await removeLeftovers(world.dir, context())
      expect(await kept()).to.deep.equal([])
      await mkdir(at(name))
      await writeFile(join(at(name), `${NONCE}.no-result`), '', {mode: 0o600})
      await removeLeftovers(world.dir, context())
      expect(await kept()).to.deep.equal([])
    }
  })

  it('is no lock that a process is about to take, for ten minutes', async () => {
    const halfMade = LOCKS.map((name) => `${name}.${NONCE}.tmp`)
    for (const name of halfMade) await mkdir(at(name))
    await stamp()
    world.passed(9 * MINUTE)
    await removeLeftovers(world.dir, context())
    expect(await readdir(world.dir)).to.include.members(halfMade)
    world.passed(2 * MINUTE)
    await removeLeftovers(world.dir, context())
    expect(await kept()).to.deep.equal([])
  })
})
