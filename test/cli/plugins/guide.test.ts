import {expect} from 'chai'

import {readGuidePlugin, writeGuidePlugin} from '../../support/guide-plugin.ts'
import {makeHome} from '../../support/home.ts'
import {SHELL_PROGRAM, STANDALONE} from '../../support/run-cli.ts'
import {runApart} from '../../support/run-apart.ts'

describe('the first plugin of the guide', () => {
  before(function () {
    if (STANDALONE || process.platform === 'win32') this.skip()
  })

  it('works by the commands that the guide shows, linked and then from a file, with no registry', async () => {
    const home = await makeHome()
    try {
      const guide = await readGuidePlugin()
      await writeGuidePlugin(guide, home.dir)
      const getToken = guide.commands.find((command) => command.endsWith('--credential-type company'))
      // In one shell, whose `ack-ram-tool` is this build.
      const lines = ['set -e', `ack-ram-tool() { ${SHELL_PROGRAM} "$@"; }`, ...guide.commands, getToken ?? 'false']
      const env = {
        HOME: home.dir,
        PATH: process.env['PATH'] ?? '',
        npm_config_registry: 'http://127.0.0.1:9/',
        npm_config_fetch_retries: '0',
      }
      const {stdout, stderr, exitCode} = await runApart(['bash', '-c', `cd '${home.dir}'\n${lines.join('\n')}`], env)
      expect(exitCode, stderr).to.equal(0)
      expect(stdout.match(/"token": "k8s-ack-v2\./g), stdout).to.have.length(2)
      expect(stdout + stderr).not.to.contain('secret-of-example')
    } finally {
      await home.remove()
    }
  }).timeout(60_000)
})
