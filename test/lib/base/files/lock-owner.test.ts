import {existsSync} from 'node:fs'
import {chmod, chown, utimes} from 'node:fs/promises'
import {hostname} from 'node:os'
import {join} from 'node:path'

import {expect} from 'chai'

import {SILENT_LOG} from '../../../../src/lib/base/log/silent-log.ts'
import {describeOwner, isDead} from '../../../../src/lib/base/files/lock-owner.ts'
import {tryLock} from '../../../../src/lib/base/files/lock.ts'
import {makeHome, type TestHome} from '../../../support/home.ts'
import {isRoot, NOBODY} from '../../../support/other-user.ts'
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

  /** Of another user, where this one may make such a file; else one that others can open. */
  const writtenByAnother = async (owner: object, at: Date): Promise<string> => {
    const path = await home.write('owner', owner)
    await chmod(path, 0o644)
    if (isRoot) await chown(path, NOBODY, NOBODY)
    await utimes(path, at, at)
    return path
  }

  it('is alive while it runs as another user, too, as under sudo', async function () {
    if (!existsSync('/proc/self/stat')) this.skip()
    const context = {runtime: testRuntime({now: () => NOW}), log: SILENT_LOG}
    expect(isDead(await writtenByAnother(self(A_DAY_AGO), A_DAY_AGO), context)).to.equal(false)
    const ended = {...self(A_MINUTE_AGO), pid: 2 ** 30}
    expect(isDead(await writtenByAnother(ended, A_MINUTE_AGO), context)).to.equal(true)
    // Damaged is damaged, whoever owns it.
    expect(isDead(await writtenByAnother({}, A_MINUTE_AGO), context)).to.equal(true)
  })

  it('gets the time of the longest work where another user’s lock cannot be looked into', async function () {
    if (!isRoot) this.skip()
    await chown(home.dir, NOBODY, NOBODY)
    const lock = join(home.dir, 'lock')
    const owner = await home.write('lock/token', self(NOW))
    const attempt = async (at: Date): Promise<string> => {
      await utimes(lock, at, at)
      await utimes(owner, at, at)
      process.seteuid?.(NOBODY)
      try {
        return tryLock(lock, new Set(), {runtime: testRuntime({now: () => NOW}), log: SILENT_LOG}).state
      } finally {
        process.seteuid?.(0)
      }
    }
    for (const mode of [0o700, 0o755]) {
      await chmod(lock, mode)
      expect(await attempt(A_MINUTE_AGO), mode.toString(8)).to.equal('busy')
      expect(await attempt(A_DAY_AGO), mode.toString(8)).to.equal('unavailable')
    }
  })
})
