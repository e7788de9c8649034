import {expect} from 'chai'

import {ALICE, envOf} from '../../support/cluster-world.ts'
import {makeHome} from '../../support/home.ts'
import {GET_TOKEN, isToken} from '../../support/plugin-world.ts'
import {hookPlugin, installPlugins} from '../../support/plugins.ts'
import {runCliProcess, STANDALONE} from '../../support/run-cli.ts'

describe('third-party plugins, in an executable', () => {
  before(function () {
    if (!STANDALONE) this.skip()
  })

  it('are skipped, with one line that says why and what to do', async () => {
    const home = await makeHome()
    try {
      await installPlugins(home, [hookPlugin('one', 'prerun', ''), hookPlugin('two', 'prerun', '')])
      const result = await runCliProcess(GET_TOKEN, {home: home.dir, env: envOf(ALICE)})
      expect(result.exitCode).to.equal(0)
      expect(isToken(result)).to.equal(true)
      expect(result.stderr).to.match(
        /^\S+ warn: a standalone executable cannot load plugins; skipped: one, two; use the npm package for them: npm install --global ack-ram-tool\n$/,
      )
      const {stderr, exitCode} = await runCliProcess(['plugins', 'install', 'x'], {home: home.dir})
      expect(exitCode).to.equal(2)
      expect(stderr).to.contain('a standalone executable cannot load plugins')
    } finally {
      await home.remove()
    }
  })
})
