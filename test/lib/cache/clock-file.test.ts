import {mkdir, readdir, readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {expect} from 'chai'
import * as fc from 'fast-check'

import {changeOffsets, readOffsets, type LocalClock} from '../../../src/lib/cache/clock-file.ts'
import {CLOCK_FILE} from '../../../src/lib/cache/file-names.ts'
import {howMany} from '../../support/full.ts'
import {makeHome, type TestHome} from '../../support/home.ts'
import {freshNonce} from '../../support/runtime.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const HOST = 'sts.aliyuncs.com'

describe('what is kept of the services’ clocks', () => {
  let home: TestHome
  /** This machine's clock, and how long it has been running, in milliseconds. */
  let at: number
  let running: number
  const clock: LocalClock = {
    platform: process.platform,
    nonce: freshNonce,
    now: () => new Date(at),
    uptime: () => running / 1000,
  }

  beforeEach(async () => {
    home = await makeHome()
    at = Date.parse('2026-01-02T03:04:05.678Z')
    running = 5 * HOUR
  })
  afterEach(() => home.remove())

  const learn = (host: string, offsetMs: number): Promise<void> =>
    changeOffsets(home.dir, clock, (offsets) => offsets.set(host, {offsetMs, learnedAt: at}))
  const offset = (): number | undefined => readOffsets(home.dir, clock).get(HOST)?.offsetMs
  const pass = (ms: number): void => {
    at += ms
    running += ms
  }

  it('holds for a day while the clock runs on', async () => {
    await learn(HOST, -3 * HOUR)
    pass(24 * HOUR - 1)
    expect(offset()).to.equal(-3 * HOUR)
    pass(1)
    expect(offset()).to.equal(undefined)
    expect(await readdir(home.dir)).to.deep.equal([])
  })

  it('is void once the clock was set, by a minute or a day, ahead or back', async () => {
    for (const step of [MINUTE, -MINUTE, 24 * HOUR, -24 * HOUR, 6000]) {
      await learn(HOST, HOUR)
      at += step
      expect(offset(), `${step}`).to.equal(undefined)
    }
    await learn(HOST, HOUR)
    // What a clock differs by when it is read twice is no step.
    at += 1000
    expect(offset()).to.equal(HOUR)
  })

  it('is void on a machine that was started anew, and on another one', async () => {
    for (const restarted of [2 * MINUTE, 400 * HOUR]) {
      await learn(HOST, HOUR)
      running = restarted
      expect(offset()).to.equal(undefined)
    }
  })

  it('keeps no more hosts than a person has, the newest ones', async () => {
    for (let host = 1; host <= 20; host += 1) await learn(`sts-${host}.example`, HOUR)
    const hosts = [...readOffsets(home.dir, clock).keys()]
    expect(hosts).to.have.length(16)
    expect(hosts.at(-1)).to.equal('sts-20.example')
  })

  it('loses no file and leaves nothing, whoever writes at once', async () => {
    await Promise.all(Array.from({length: 20}, (_, index) => learn(`sts-${index}.example`, (index + 1) * HOUR)))
    expect(await readdir(home.dir)).to.deep.equal([CLOCK_FILE])
    const {hosts} = JSON.parse(await readFile(join(home.dir, CLOCK_FILE), 'utf8')) as {hosts: unknown[]}
    expect(hosts).not.to.have.length(0)
  })

  it('gives nothing but offsets that hold, whatever stands in the file', async () => {
    const time = fc.oneof(
      fc.constantFrom(at, at - running, at - HOUR, at + HOUR, at - 25 * HOUR),
      fc.double(),
      fc.string(),
      fc.constant(null),
    )
    const host = fc.oneof(fc.constantFrom(HOST, '__proto__', 'constructor', ''), fc.string())
    const offsetMs = fc.oneof(
      fc.constantFrom(HOUR, -HOUR, 26 * HOUR, 0, 60_000, 61_000),
      fc.double(),
      fc.integer(),
      fc.string(),
    )
    const entry = fc.oneof(fc.record({host, offsetMs, learnedAt: time}, {requiredKeys: []}), fc.jsonValue())
    const file = fc.record(
      {version: fc.constantFrom(1, 1, 1, 2, '1'), startedAt: time, hosts: fc.oneof(fc.array(entry), fc.jsonValue())},
      {requiredKeys: []},
    )
    const text = fc.oneof(
      file.map((value) => JSON.stringify(value)),
      fc.string(),
      fc.jsonValue().map((value) => JSON.stringify(value)),
    )
    await mkdir(home.dir, {recursive: true})
    await fc.assert(
      fc.asyncProperty(text, async (content) => {
        await writeFile(join(home.dir, CLOCK_FILE), content, {mode: 0o600})
        for (const [, {offsetMs: kept, learnedAt}] of readOffsets(home.dir, clock)) {
          expect(Math.abs(kept)).to.be.within(60_001, 25 * HOUR)
          expect(at - learnedAt).to.be.within(-5000, 24 * HOUR)
          expect(new Date(at + kept).getTime())
            .to.be.a('number')
            .and.not.satisfy(Number.isNaN)
        }
      }),
      {numRuns: howMany(2000, 100)},
    )
  })
})
