import {existsSync} from 'node:fs'
import {hostname} from 'node:os'

import {expect} from 'chai'

import {SILENT_LOG} from '../../../../src/lib/base/log/silent-log.ts'
import {describeOwner, isDead} from '../../../../src/lib/base/files/lock-owner.ts'
import {makeHome, type TestHome} from '../../../support/home.ts'
import {testRuntime} from '../../../support/runtime.ts'

const NOW = new Date('2026-01-02T03:04:05Z')
const A_MINUTE_AGO = new Date('2026-01-02T03:03:05Z')
const A_DAY_AGO = new Date('2026-01-01T03:04:05Z')

describe('the owner of a lock', () => {
  let home: TestHome
  beforeEach(async () => {
    home = await makeHome()
  })
  afterEach(() => home.remove())

  const isGone = async (owner: object): Promise<boolean> =>
    isDead(await home.write('owner', owner), {runtime: testRuntime({now: () => NOW}), log: SILENT_LOG})
  const self = (startedAt: Date): object => JSON.parse(describeOwner(startedAt)) as object

  it('is alive for as long as its process runs, however long the work takes', async function () {
    if (!existsSync('/proc/self/stat')) this.skip()
    expect(await isGone(self(A_DAY_AGO))).to.equal(false)
  })

  it('is dead when its process has ended', async () => {
    expect(await isGone({...self(A_MINUTE_AGO), pid: 2 ** 30})).to.equal(true)
  })

  it('is dead when the process with its number is another, or cannot be looked at, and the time is over', async () => {
    for (const owner of [
      {pid: process.ppid, tick: '1'},
      {pid: process.ppid, tick: undefined},
      {host: `not-${hostname()}`},
    ]) {
      expect(await isGone({...self(A_MINUTE_AGO), ...owner}), JSON.stringify(owner)).to.equal(false)
      expect(await isGone({...self(A_DAY_AGO), ...owner}), JSON.stringify(owner)).to.equal(true)
    }
  })
})
