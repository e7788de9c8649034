import {appendFileSync} from 'node:fs'
import {once} from 'node:events'
import {setTimeout as sleep} from 'node:timers/promises'

import {serviceClock} from '../../../src/lib/cache/service-clock.ts'
import {cachedSource} from '../../../src/lib/credentials/selection/cached-source.ts'
import {processRuntime} from '../../../src/lib/base/runtime.ts'
import {recordingLog} from '../../support/runtime.ts'
import {countingSource, credentials} from './support.ts'

/** What a process of a test is told to do: one load, one that never ends, or one after the other without end. */
export interface Orders {
  readonly dir: string
  /** Gets a line for every time that the source was asked. */
  readonly journal: string
  readonly task: 'load' | 'hang' | 'repeat'
  readonly loadMs: number
}

const HOUR = 3_600_000
const {dir, journal, task, loadMs} = JSON.parse(process.argv[2] ?? '') as Orders

const source = countingSource(async () => {
  appendFileSync(journal, `${task}\n`)
  process.stdout.write('loading\n')
  await sleep(task === 'hang' ? HOUR : loadMs)
  return credentials(`STS.${process.pid}`, new Date(Date.now() + HOUR))
})
const cached = cachedSource(source, {
  dir,
  runtime: processRuntime(),
  clock: serviceClock(processRuntime()),
  log: recordingLog(),
  minRemainingMs: task === 'repeat' ? 2 * HOUR : HOUR / 4,
  lockWaitMs: 60_000,
  startedAt: new Date(),
})

process.stdout.write('ready\n')
await once(process.stdin, 'data')
const isEndless = (): boolean => task === 'repeat'
do process.stdout.write(`${(await cached.load()).accessKeyId}\n`)
while (isEndless())
process.stdin.destroy()
