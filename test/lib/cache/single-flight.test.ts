import {spawnSync} from 'node:child_process'
import {chmod, copyFile, readdir, readFile, rename, rm, stat, symlink, utimes, writeFile} from 'node:fs/promises'
import {hostname} from 'node:os'
import {join} from 'node:path'

import {expect} from 'chai'

import {tryLock} from '../../../src/lib/base/files/lock.ts'
import type {Credentials} from '../../../src/lib/credentials/credentials.ts'
import {AckError} from '../../../src/lib/base/errors.ts'
import {Secret} from '../../../src/lib/base/secret.ts'
import {countingSource, credentials, deferred, makeWorld, MINUTE, type CountingSource, type World} from './support.ts'
import {rejectionOf} from '../../support/rejection-of.ts'
import {expectMode} from '../../support/expect-mode.ts'

const MANY = 50

describe('single flight', () => {
  let world: World
  let source: CountingSource

  beforeEach(async () => {
    world = await makeWorld()
    source = countingSource((count) => world.lasting(60, `STS.${count}`))
  })
  afterEach(() => world.home.remove())

  const manyIds = (of: CountingSource = source, count = MANY): Promise<readonly string[]> =>
    Promise.all(Array.from({length: count}, () => world.idOf(of)))

  /** A lock that stays held, by this very process, which lives. */
  const holdLock = async (): Promise<void> => {
    await world.fill()
    world.passed(50 * MINUTE)
    const attempt = tryLock(world.lock, new Set(), world.settings())
    expect(attempt.state).to.equal('held')
  }
  const owner = (parts: object = {}): object => ({
    pid: process.pid,
    host: hostname(),
    process: Math.round(performance.timeOrigin),
    startedAt: world.now.toISOString(),
    ...parts,
  })
  const deadPid = (): number => spawnSync(process.execPath, ['--version']).pid

  it('lets one of many that start together ask the source, and gives all of them the same', async () => {
    const ids = await manyIds()
    expect(source.loads).to.equal(1)
    expect(new Set(ids)).to.deep.equal(new Set(['STS.1']))
    expect(await world.files()).to.deep.equal([`${world.key}.json`])
  })

  it('gives nothing from the future where it cannot be renewed, as after a clock was set back', async () => {
    await world.fill()
    world.passed(-20 * MINUTE)
    const broken = countingSource(() => Promise.reject(new AckError('NetworkFailed', 'broken')))
    expect(await rejectionOf(world.idOf(broken))).to.have.property('message', 'broken')
    world.passed(20 * MINUTE)
    expect(await world.idOf(broken, {minRemainingMs: 61 * MINUTE})).to.equal('STS.kept')
  })

  it('holds for a refresh too', async () => {
    await manyIds()
    world.passed(50 * MINUTE)
    expect(new Set(await manyIds())).to.deep.equal(new Set(['STS.2']))
    expect(source.loads).to.equal(2)
  })

  it('holds where all that the service gives is shorter-lived than what is wanted', async () => {
    source = countingSource((count) => world.lasting(10, `STS.${count}`))
    expect(new Set(await manyIds())).to.deep.equal(new Set(['STS.1']))
    expect(source.loads).to.equal(1)
    expect(await world.idOf(source)).to.equal('STS.2')
  })

  it('does not make the others wait in line when there is nothing to share', async () => {
    const together = deferred<void>()
    let running = 0
    source = countingSource(async (count) => {
      running += 1
      if (running > 1) together.resolve()
      // The others wait for the first, and then must not wait for each other: else none of these ever ends.
      if (count > 1) await together.promise
      running -= 1
      return credentials('STS.endless')
    })
    await manyIds(source, 10)
    expect(source.loads).to.equal(10)
    await world.idOf(source)
    expect(source.loads).to.equal(11)
  })

  it('gives each its error when the source fails, and leaves the lock free', async () => {
    const refused = new AckError('ServiceRefused', 'no')
    const failing = countingSource(() => {
      throw refused
    })
    const errors = await Promise.all(Array.from({length: 10}, () => rejectionOf(world.idOf(failing))))
    expect(new Set(errors)).to.deep.equal(new Set([refused]))
    expect(await world.idOf(source)).to.equal('STS.1')
    expect(await world.files()).to.deep.equal([`${world.key}.json`])
  })

  describe('when the service fails', () => {
    const CALL = {service: 'STS', action: 'AssumeRole', host: 'sts.example', status: 503, requestId: 'R-1'}
    const busy = new AckError('ServiceFailed', 'AssumeRole failed: Throttling SECRET-shown', 'try again later', {
      call: CALL,
    })
    const failing = (error = busy): CountingSource =>
      countingSource(() => {
        throw error
      })
    /** In a process that has started before the failure. */
    const idOf: World['idOf'] = (of, settings = {}) =>
      world.idOf(of, {startedAt: new Date(world.now.getTime() - MINUTE), ...settings})
    const note = (): string => join(world.dir, `${world.key}.failed.json`)

    it('lets those that wait share the failure, in a note for this user alone that has no secret', async () => {
      new Secret('SECRET-shown').reveal()
      source = failing()
      const errors = await Promise.all(Array.from({length: MANY}, () => rejectionOf(idOf(source))))
      expect(source.loads).to.equal(1)
      expect(new Set(errors.map((error) => (error as AckError).code))).to.deep.equal(new Set(['ServiceFailed']))
      expect(errors.at(-1)).to.include({nextStep: 'try again later'})
      for (const error of errors) expect((error as AckError).call).to.deep.equal(CALL)
      await expectMode(note(), 0o600)
      expect(await readFile(note(), 'utf8'))
        .to.contain('Throttling')
        .and.not.contain('SECRET')
    })

    it('asks again after a moment, and forgets it with the first success', async () => {
      await rejectionOf(idOf(failing()))
      await rejectionOf(idOf(source))
      expect(source.loads).to.equal(0)
      world.passed(5001)
      expect(await idOf(source)).to.equal('STS.1')
      expect(await world.files()).to.deep.equal([`${world.key}.json`])
    })

    it('asks for whoever starts after the failure', async () => {
      await rejectionOf(idOf(failing()))
      expect(await world.idOf(source)).to.equal('STS.1')
    })

    it('does not share what may be wrong with one process alone, nor with one that would wait longer', async () => {
      for (const code of ['ServiceRefused', 'NetworkFailed', 'DeadlineExceeded'] as const) {
        await rejectionOf(idOf(failing(new AckError(code, 'no'))))
        expect(await world.files()).not.to.include(`${world.key}.failed.json`)
      }
      await rejectionOf(idOf(failing(), {lockWaitMs: 1000}))
      expect(await idOf(source, {lockWaitMs: 1001})).to.equal('STS.1')
    })

    it('does not believe a note that others could write, is damaged or from the future', async function () {
      if (process.platform === 'win32') this.skip()
      const failed = (parts: object): string =>
        JSON.stringify({
          failedAt: world.now.getTime(),
          patienceMs: MINUTE,
          code: 'ServiceFailed',
          message: 'x',
          ...parts,
        })
      await world.fill()
      for (const [text, mode] of [
        [failed({}), 0o644],
        [failed({code: 'Other'}), 0o600],
        [failed({message: 1}), 0o600],
        [failed({failedAt: world.now.getTime() + 1000}), 0o600],
        [failed({failedAt: 'now'}), 0o600],
        ['[]', 0o600],
        ['{', 0o600],
      ] as const) {
        await rm(world.entry, {force: true})
        await writeFile(note(), text)
        await chmod(note(), mode)
        expect(await idOf(source), text).to.match(/^STS\.\d$/)
      }
    })

    it('uses what is cached as long as it is valid, and asks once for many', async () => {
      await world.fill()
      world.passed(50 * MINUTE)
      source = failing()
      expect(new Set(await Promise.all(Array.from({length: MANY}, () => idOf(source))))).to.deep.equal(
        new Set(['STS.kept']),
      )
      expect(source.loads).to.equal(1)
    })
  })

  it('lets one at a time do the work when the one that does it takes too long', async () => {
    await holdLock()
    await rm(world.entry)
    const ids = await Promise.all(Array.from({length: 10}, () => world.idOf(source, {lockWaitMs: 100})))
    expect(source.loads).to.equal(1)
    expect(new Set(ids)).to.deep.equal(new Set(['STS.1']))
    expect(await world.files()).to.deep.equal([`${world.key}.json`, `${world.key}.lock`])
  })

  it('serves one that waits as soon as the entry appears, even if the lock stays', async () => {
    await holdLock()
    const waiting = world.idOf(source, {lockWaitMs: MINUTE})
    const copy = join(world.home.dir, 'copy')
    await copyFile(world.entry, copy)
    await writeFile(copy, (await readFile(copy, 'utf8')).replace('STS.kept', 'STS.came').replace('T04:', 'T06:'))
    await rename(copy, world.entry)
    expect(await waiting).to.equal('STS.came')
    expect(source.loads).to.equal(0)
  })

  it('does not wait longer than it may, and then works without the lock', async () => {
    await holdLock()
    expect(await world.idOf(source, {lockWaitMs: 100})).to.equal('STS.1')
    expect(world.lines).to.contain(
      `debug: cache: continuing without the lock ${world.lock}: another process holds it for too long`,
    )
    expect(await readdir(world.lock)).to.have.length(1)
    expect(await world.idOf(source)).to.equal('STS.1')
  })

  it('does not wait at all when it may not', async () => {
    await holdLock()
    expect(await world.idOf(source, {lockWaitMs: 0})).to.equal('STS.1')
  })

  it('stops waiting when the run is over', async () => {
    await holdLock()
    await rm(world.entry)
    const end = new AbortController()
    const cancelled = new AckError('Cancelled', 'cancelled')
    source = countingSource((_, signal) => {
      expect(signal?.aborted).to.equal(true)
      throw cancelled
    })
    const waiting = rejectionOf(world.cached(source, {lockWaitMs: MINUTE}).load(end.signal))
    end.abort()
    expect(await waiting).to.equal(cancelled)
  })

  describe('takes over a lock', () => {
    const expectTakenOver = async (): Promise<void> => {
      expect(new Set(await manyIds())).to.deep.equal(new Set(['STS.1']))
      expect(source.loads).to.equal(1)
      expect(await world.files()).to.deep.equal([`${world.key}.json`])
    }

    it('of a process that has ended, however many see it', async () => {
      const pid = deadPid()
      for (let round = 1; round <= 20; round += 1) {
        await world.plantLock(owner({pid}), String(round).padStart(32, '0'))
        const ids = await manyIds(source, 30)
        expect(new Set(ids)).to.deep.equal(new Set([`STS.${round}`]))
        expect(source.loads).to.equal(round)
        await rm(world.entry)
      }
    })

    it('of an earlier process that had our number', async () => {
      await world.plantLock(owner({process: 1}))
      await expectTakenOver()
    })

    it('that is older than any flight', async () => {
      await world.plantLock(owner({host: 'elsewhere'}))
      world.passed(91_000)
      await expectTakenOver()
    })

    it('from the future, as after a clock was set back', async () => {
      await world.plantLock(owner({host: 'elsewhere', startedAt: '2026-02-02T00:00:00Z'}))
      await expectTakenOver()
    })

    for (const [what, content] of Object.entries({
      'that is empty': '',
      'that is not JSON': '{"pid":',
      'of no one': '{}',
    })) {
      it(`${what}, after two seconds`, async () => {
        const path = await world.plantLock(content)
        await utimes(path, world.now, world.now)
        expect(tryLock(world.lock, new Set(), world.settings()).state).to.equal('busy')
        world.passed(2001)
        await expectTakenOver()
      })
    }

    for (const pid of [0, -1, 1.5, '1', null]) {
      it(`of process ${JSON.stringify(pid)}, which cannot be`, async () => {
        await world.plantLock(owner({pid}))
        await expectTakenOver()
      })
    }

    it('whose owner is a link, which is not followed', async function () {
      if (process.platform === 'win32') this.skip()
      const target = join(world.home.dir, 'target')
      await writeFile(target, JSON.stringify(owner()), {mode: 0o600})
      const path = await world.plantLock('')
      await rm(path)
      await symlink(target, path)
      await expectTakenOver()
      expect((await stat(target)).size).to.be.greaterThan(0)
    })

    it('that is a file, or a link to a directory, without touching what is in that', async function () {
      if (process.platform === 'win32') this.skip()
      await world.fill()
      await rm(world.entry)
      await writeFile(world.lock, 'x')
      await expectTakenOver()
      const target = await world.home.write('target/important', 'x')
      await rm(world.entry)
      await symlink(join(world.home.dir, 'target'), world.lock)
      expect(await world.idOf(source)).to.equal('STS.2')
      expect(await readFile(target, 'utf8')).to.equal('x')
      expect(world.lines).to.contain(`warn: removing ${world.lock}: it is not a lock directory`)
    })

    it('that is an empty directory', async () => {
      await rm(await world.plantLock(''))
      await expectTakenOver()
    })
  })

  describe('does not take over a lock', () => {
    const expectKept = async (parts: object): Promise<void> => {
      const path = await world.plantLock(owner(parts))
      expect(await world.idOf(source, {lockWaitMs: 50})).to.equal('STS.1')
      expect(await readFile(path, 'utf8')).to.equal(JSON.stringify(owner(parts)))
    }

    it('of this process', () => expectKept({}))
    it('of another process that runs', () => expectKept({pid: process.ppid}))
    it('of another machine, whose processes we do not see', () => expectKept({host: 'elsewhere', pid: deadPid()}))
  })

  it('leaves the lock of the next one alone when its own was taken over', async () => {
    const answer = deferred<Credentials>()
    const begun = deferred<void>()
    const slow = countingSource(() => {
      begun.resolve()
      return answer.promise
    })
    const first = world.idOf(slow)
    await begun.promise
    // As others see it that share the cache from another host.
    for (const name of await readdir(world.lock))
      await writeFile(join(world.lock, name), JSON.stringify(owner({host: 'elsewhere'})), {mode: 0o600})
    world.passed(91_000)
    const taken = tryLock(world.lock, new Set(), world.settings())
    expect(taken.state).to.equal('held')
    answer.resolve(world.lasting(60, 'STS.slow'))
    expect(await first).to.equal('STS.slow')
    expect(await readdir(world.lock)).to.have.length(1)
    expect(tryLock(world.lock, new Set(), world.settings()).state).to.equal('busy')
    if (taken.state === 'held') taken.release(false)
    expect(await world.files()).to.deep.equal([`${world.key}.json`])
  })
})
