import {getEventListeners} from 'node:events'

import {expect} from 'chai'

import {AckError} from '../../../src/lib/base/errors.ts'
import {callPlugin, reportPlugin} from '../../../src/lib/plugins/call-plugin.ts'
import {contractMismatch} from '../../../src/lib/plugins/load-plugins.ts'

const HOUR_MS = 3_600_000

describe('callPlugin', () => {
  const call = (ms: number): Parameters<typeof callPlugin>[0] => ({
    plugin: 'p',
    where: 'in its init hook',
    deadline: new Date(Date.now() + ms),
  })
  const forever = (): Promise<never> => new Promise(() => {})
  const failureOf = (run: Promise<unknown>): Promise<unknown> => run.then(String, (error: unknown) => error)

  it('ends at its deadline, also one that is over, and with the run, whatever the plugin does', async () => {
    const run = new AbortController()
    const calls = [20, -1, HOUR_MS].map((ms) => failureOf(callPlugin(call(ms), forever, run.signal)))
    await Promise.all(calls.slice(0, 2))
    run.abort()
    calls.push(failureOf(callPlugin(call(HOUR_MS), forever, run.signal)))
    for (const error of await Promise.all(calls)) expect(error).to.be.an('error').with.property('code', 'PluginFailed')
    expect(getEventListeners(run.signal, 'abort')).to.deep.equal([])
  })

  it('names the plugin in a command as one word, whatever the name of a linked one is', () => {
    for (const hint of [reportPlugin('my plugin; reboot'), contractMismatch('my plugin; reboot', '9').nextStep])
      expect(hint).to.match(/ack-ram-tool plugins uninstall 'my plugin; reboot'$/)
    expect(reportPlugin('my-plugin')).to.match(/uninstall my-plugin$/)
  })

  it('names the plugin in an error of ours, which keeps its code and next step', async () => {
    const fail = (): Promise<never> => Promise.reject(new AckError('NetworkFailed', 'no route', 'plug it in'))
    expect(await failureOf(callPlugin(call(HOUR_MS), fail))).to.include({
      code: 'NetworkFailed',
      message: 'plugin p: no route',
      nextStep: 'plug it in',
    })
  })
})
