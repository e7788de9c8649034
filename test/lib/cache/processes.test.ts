import {spawn, type ChildProcessByStdio} from 'node:child_process'
import {once} from 'node:events'
import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {Readable, Writable} from 'node:stream'

import {expect} from 'chai'

import {bundleProgram} from '../../support/bundle-program.ts'
import {howMany} from '../../support/full.ts'
import {countingSource, makeWorld, MINUTE, type World} from './support.ts'
import type {Orders} from './worker.ts'

interface Worker {
  readonly process: ChildProcessByStdio<Writable, Readable, null>
  readonly lines: string[]
  /** Resolves at the so many-th line. */
  line(count: number): Promise<void>
}

describe('many processes with one cache', function () {
  this.timeout(60_000)
  let world: World
  let workers: Worker[]

  beforeEach(async () => {
    world = await makeWorld()
    workers = []
  })
  afterEach(async () => {
    for (const {process} of workers) process.kill('SIGKILL')
    await world.home.remove()
  })

  const journal = (): string => join(world.home.dir, 'journal')
  const loads = async (): Promise<readonly string[]> => (await readFile(journal(), 'utf8')).split('\n').slice(0, -1)

  const start = async (task: Orders['task'], loadMs = 0): Promise<Worker> => {
    const orders: Orders = {dir: world.dir, journal: journal(), task, loadMs}
    const program = await bundleProgram(new URL('worker.ts', import.meta.url))
    const child = spawn(process.execPath, [program, JSON.stringify(orders)], {stdio: ['pipe', 'pipe', 'inherit']})
    const lines: string[] = []
    child.stdout.setEncoding('utf8').on('data', (text: string) => lines.push(...text.split('\n').slice(0, -1)))
    const worker: Worker = {
      process: child,
      lines,
      line: async (count) => {
        while (lines.length < count) await once(child.stdout, 'data')
      },
    }
    workers.push(worker)
    await worker.line(1)
    return worker
  }
  const startMany = (count: number, task: Orders['task'], loadMs?: number): Promise<readonly Worker[]> =>
    Promise.all(Array.from({length: count}, () => start(task, loadMs)))

  const go = ({process}: Worker): boolean => process.stdin.write('go\n')
  const result = async (worker: Worker): Promise<string | undefined> => {
    if (worker.process.exitCode === null) await once(worker.process, 'close')
    expect(worker.process.exitCode).to.equal(0)
    return worker.lines.at(-1)
  }
  const kill = async ({process}: Worker): Promise<void> => {
    process.kill('SIGKILL')
    if (process.signalCode === null) await once(process, 'close')
  }

  it('asks the source once for all that start together', async () => {
    const all = await startMany(howMany(30, 8), 'load', 200)
    for (const worker of all) go(worker)
    const ids = await Promise.all(all.map(result))
    expect(await loads()).to.deep.equal(['load'])
    expect(new Set(ids).size).to.equal(1)
    expect(await world.files()).to.deep.equal([`${world.key}.json`])
  })

  it('asks it once more when the one that did is killed, for all that wait for it', async () => {
    const [owner, waiters] = await Promise.all([start('hang'), startMany(howMany(20, 8), 'load', 100)])
    go(owner)
    await owner.line(2)
    for (const waiter of waiters.slice(0, waiters.length / 2)) go(waiter)
    await kill(owner)
    for (const waiter of waiters.slice(waiters.length / 2)) go(waiter)
    const ids = await Promise.all(waiters.map(result))
    expect(await loads()).to.deep.equal(['hang', 'load'])
    expect(new Set(ids).size).to.equal(1)
    expect(await world.files()).to.deep.equal([`${world.key}.json`])
  })

  it('has a whole entry whenever a writer is killed, and cleans up by itself', async () => {
    for (let round = 0; round < howMany(5, 3); round += 1) {
      const writer = await start('repeat')
      go(writer)
      await writer.line(5 + round * 7)
      await kill(writer)
      world.now = new Date()
      const unused = countingSource(() => world.lasting(60, 'STS.unused'))
      expect(await world.idOf(unused)).to.equal(`STS.${writer.process.pid}`)
    }
    world.now = new Date(Date.now() + 60 * MINUTE)
    expect(await world.idOf(countingSource(() => world.lasting(60, 'STS.new')))).to.equal('STS.new')
    expect(await world.files()).to.deep.equal([`${world.key}.json`])
  })
})
