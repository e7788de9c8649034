import {join} from 'node:path'

import {expect} from 'chai'

import {cacheDir, cacheSettings} from '../../../src/lib/cache/cache-settings.ts'
import {serviceClock} from '../../../src/lib/cache/service-clock.ts'
import {recordingLog, testRuntime} from '../../support/runtime.ts'

const FROM = '--credential-cache-dir'

describe('cacheDir', () => {
  it('is below the cache of kubectl, which a variable may move', () => {
    const homeDir = join('/', 'home', 'a')
    const own = join('ack-ram-tool', 'credential-plugin')
    expect(cacheDir({cacheDir: undefined}, {env: {}, homeDir})).to.equal(join(homeDir, '.kube', 'cache', own))
    expect(cacheDir({cacheDir: undefined}, {env: {KUBECACHEDIR: ''}, homeDir})).to.equal(
      join(homeDir, '.kube', 'cache', own),
    )
    expect(cacheDir({cacheDir: undefined}, {env: {KUBECACHEDIR: '/k'}, homeDir})).to.equal(join('/k', own))
    expect(cacheDir({cacheDir: undefined}, {env: {KUBECACHEDIR: '/k'}, homeDir: undefined})).to.equal(join('/k', own))
  })

  it('is the one that the user names, exactly', () => {
    const homeDir = join('/', 'home', 'a')
    const env = {KUBECACHEDIR: '/k'}
    expect(cacheDir({cacheDir: {value: '/c', from: FROM}}, {env, homeDir})).to.equal('/c')
    expect(cacheDir({cacheDir: {value: '~/c', from: FROM}}, {env, homeDir})).to.equal(join(homeDir, 'c'))
    expect(cacheDir({cacheDir: {value: '/c~', from: FROM}}, {env, homeDir: undefined})).to.equal('/c~')
  })

  it('is none where it would be below a home directory that is not there', () => {
    expect(cacheDir({cacheDir: undefined}, {env: {}, homeDir: undefined})).to.equal(undefined)
    expect(cacheDir({cacheDir: {value: '~/c', from: FROM}}, {env: {}, homeDir: undefined})).to.equal(undefined)
  })
})

describe('cacheSettings', () => {
  it('leaves a quarter of the time of the run to a call of its own', () => {
    const options = {cacheDir: {value: '/c', from: FROM}, timeoutMs: 20_001}
    const runtime = testRuntime()
    const before = Date.now()
    const settings = cacheSettings({options, runtime, clock: serviceClock(runtime), log: recordingLog()}, 600_000)
    expect(settings).to.include({dir: '/c', minRemainingMs: 600_000, lockWaitMs: 15_001})
    // This process has started before now, by its own clock, and not longer ago than it runs.
    const age = runtime.now().getTime() - settings.startedAt.getTime()
    expect(age)
      .to.be.greaterThan(0)
      .and.at.most(performance.now() + (Date.now() - before) + 1)
  })
})
