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
        /^\S+ warn: a standalone executable cannot load plugins; skipped: one, two; use the npm package of ack-ram-tool for them\n$/,
      )
      for (const args of [['plugins'], ['plugins', 'install', 'x'], ['plugins:link', '.']]) {
        const {stdout, stderr, exitCode} = await runCliProcess(args, {home: home.dir})
        expect({stdout, exitCode, stderr}).to.deep.equal({
          stdout: '',
          exitCode: 2,
          stderr: `Error: a standalone executable cannot install, list or run plugins; all other commands work (InvalidUsage)
  Next: use the npm package of ack-ram-tool for them
`,
        })
      }
    } finally {
      await home.remove()
    }
  })
})
