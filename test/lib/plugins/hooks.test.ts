import {mkdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {Config} from '@oclif/core'
import {expect} from 'chai'

import type {AckError} from '../../../src/lib/base/errors.ts'
import {SILENT_LOG} from '../../../src/lib/base/log/silent-log.ts'
import {GuardedConfig, pluginsWithHook, runPluginHook} from '../../../src/lib/plugins/hooks.ts'
import {installedPlugins} from '../../../src/lib/plugins/installed-plugins.ts'
import {loadPlugins} from '../../../src/lib/plugins/load-plugins.ts'
import {makeHome, type TestHome} from '../../support/home.ts'
import {hookPlugin, installPlugins, type TestPlugin} from '../../support/plugins.ts'

const HOUR_MS = 3_600_000
const SHORT_MS = 50

/** Says that it begins, and after a moment that it ends. */
const slowly = (name: string): string => `globalThis.heard.push('${name} begins')
await new Promise((done) => setTimeout(done, 10))
globalThis.heard.push('${name} ends')`

describe('third-party hooks', () => {
  let home: TestHome
  let heard: unknown[]

  beforeEach(async () => {
    home = await makeHome()
    heard = []
    Object.assign(globalThis, {heard})
  })
  afterEach(() => home.remove())

  /** The configuration of a program of ours that has a hook for `init`, with these plugins installed. */
  const load = async (plugins: readonly TestPlugin[], timeoutMs?: number): Promise<Config> => {
    await installPlugins(home, plugins)
    const root = join(home.dir, 'program')
    await mkdir(root)
    const pjson = {name: 'program', version: '1.0.0', oclif: {hooks: {init: './init.js'}}}
    await writeFile(join(root, 'package.json'), JSON.stringify(pjson))
    await writeFile(join(root, 'init.js'), `module.exports = async () => {${slowly('ours')}}`)
    const list = installedPlugins({env: {}, homeDir: home.dir, platform: 'linux'})
    const options = await loadPlugins(root, list, {
      log: SILENT_LOG,
      deadline: new Date(Date.now() + HOUR_MS),
      runsPlugins: true,
    })
    const config = timeoutMs === undefined ? new Config(options) : new GuardedConfig(options, timeoutMs)
    await config.load()
    return config
  }

  const init = {argv: [], id: 'command'}

  describe('of a run that kubectl waits for', () => {
    it('run one by one, after ours', async () => {
      const plugins = [hookPlugin('one', 'init', slowly('one')), hookPlugin('two', 'init', slowly('two'))]
      const config = await load(plugins, HOUR_MS)
      const {successes} = await config.runHook('init', init)
      expect(heard).to.deep.equal(['ours begins', 'ours ends', 'one begins', 'one ends', 'two begins', 'two ends'])
      expect(successes.map(({plugin}) => plugin.name)).to.deep.equal(['program', 'one', 'two'])
    })

    it('end it when they fail, though oclif would go on: the one that failed is named', async () => {
      const config = await load(
        [hookPlugin('good', 'init', ''), hookPlugin('bad', 'init', `throw new Error('no')`)],
        500,
      )
      const error = await config.runHook('init', init).catch((failure: AckError) => failure)
      expect(error).to.include({code: 'PluginFailed', message: 'plugin bad failed in its init hook: no'})
    })

    it('end it when they take too long: the one that hangs is named, and its signal aborts', async () => {
      const hang = `given.signal.addEventListener('abort', () => globalThis.heard.push('aborted'))
await new Promise(() => {})`
      const config = await load([hookPlugin('good', 'init', ''), hookPlugin('slow', 'init', hang)], SHORT_MS)
      const error = await config.runHook('init', init).catch((failure: AckError) => failure)
      expect(error)
        .to.include({code: 'PluginFailed'})
        .and.have.property('message', 'plugin slow timed out in its init hook')
      expect(heard.at(-1)).to.equal('aborted')
    })

    it('give what they answer', async () => {
      const config = await load([hookPlugin('one', 'command_not_found', 'return given.id')], HOUR_MS)
      const {successes} = await config.runHook('command_not_found', {id: 'x'})
      expect(successes.map(({result}) => result)).to.deep.equal(['x'])
    })
  })

  for (const [kind, timeoutMs] of [
    ["oclif's own", undefined],
    ['the guarded', HOUR_MS],
  ] as const) {
    it(`see the whole of ${kind} configuration, and reach other plugins' hooks`, async () => {
      const look = `globalThis.heard.push([...given.config.plugins.keys()].join())
await given.config.runHook('other', {})`
      const listening = hookPlugin('listens', 'other', `globalThis.heard.push('reached')`)
      const config = await load([hookPlugin('looks', 'init', look), listening], timeoutMs)
      const [plugin] = pluginsWithHook(config, 'init')
      if (!plugin) throw new Error('no plugin')
      await runPluginHook(config, plugin, {event: 'init', given: init, deadline: new Date(Date.now() + HOUR_MS)})
      expect(heard).to.deep.equal(['program,looks,listens', 'reached'])
    })
  }
})
