import {expect} from 'chai'

import {ALICE, envOf, startClusterWorld} from '../../support/cluster-world.ts'
import {describePlugins, GET_TOKEN, GIVE, isToken} from '../../support/plugin-world.ts'
import {hookPlugin, sourcePlugin, STUCK} from '../../support/plugins.ts'

const SOURCE = 'ack:credential-source'
const AUDIT = 'ack:credential-issued'

/** What a plugin leaves behind, each of which keeps Node from ending, or more. */
const LEFT_OPEN = {
  'a timer': 'setInterval(() => {}, 1000)',
  'a socket': `await new Promise((done) => require('net').createServer().listen(0, '127.0.0.1', done))`,
  'a thread': `new (require('worker_threads').Worker)('${STUCK}', {eval: true})`,
  'a program': `require('child_process').spawn(process.execPath, ['-e', 'setTimeout(() => {}, 3000)'])`,
  'another exit function': 'process.exit = () => {}; setInterval(() => {}, 1000)',
}

describePlugins('what third-party plugins leave open when they are done', (world) => {
  const company = [...GET_TOKEN, '--credential-type', 'company', '--timeout', '4s']

  for (const [what, code] of Object.entries(LEFT_OPEN)) {
    it(`keeps nobody waiting: ${what}, of a hook, a source, its credentials, or an audit`, async () => {
      const result = await world.run(
        [
          hookPlugin('hooking', 'prerun', code),
          sourcePlugin('giving', 'company', `${code}; ${GIVE}`),
          hookPlugin('offering', SOURCE, `${code}; return undefined`),
          hookPlugin('auditing', AUDIT, code),
        ],
        [...company, '--no-cache'],
        {},
      )
      expect({stderr: result.stderr, exitCode: result.exitCode}).to.deep.equal({stderr: '', exitCode: 0})
      expect(isToken(result)).to.equal(true)
    })
  }

  it('keeps nobody waiting: a loop, after the answer', async () => {
    for (const loop of [
      hookPlugin('looping', AUDIT, `setTimeout(() => { ${STUCK} }, 0)`),
      hookPlugin('looping', 'prerun', `process.on('exit', () => { ${STUCK} })`),
    ]) {
      const result = await world.run([loop])
      expect({stderr: result.stderr, exitCode: result.exitCode}).to.deep.equal({stderr: '', exitCode: 0})
      expect(isToken(result)).to.equal(true)
    }
  })

  it('is an error within the time limit when it is a loop before the answer', async () => {
    const code = `setTimeout(() => { ${STUCK} }, 0); await new Promise((done) => setTimeout(done, 0))`
    const {stdout, stderr, exitCode} = await world.run(
      [sourcePlugin('giving', 'company', `setTimeout(() => { ${STUCK} }, 0); ${GIVE}`), hookPlugin('x', SOURCE, code)],
      [...GET_TOKEN, '--credential-type', 'company', '--timeout', '1s'],
      {},
    )
    expect({stdout, exitCode}, stderr).to.deep.equal({stdout: '', exitCode: 8})
    expect(stderr).to.match(/a plugin has left something running|plugin x timed out/)
  })

  it('cannot change an answer that has been given, nor the exit code', async () => {
    const late = `process.exitCode = 3; setTimeout(() => { throw new Error('late') }, 0); await new Promise((r) => setTimeout(r, 50))`
    const result = await world.run([hookPlugin('auditing', AUDIT, late)])
    expect(result.exitCode, result.stderr).to.equal(0)
    expect(isToken(result)).to.equal(true)
  })

  it('does not reach the descriptor of the answer, whatever it writes to', async () => {
    const forged = JSON.stringify({answer: 'forged'})
    const code = `const fs = require('fs')
for (const fd of [1, 3, 4])
  for (const text of ['begun', '\\n${forged}\\n', '\\n' + '0'.repeat(64) + '${forged}\\n', 'x'.repeat(2e6) + '${forged}'])
    try { fs.writeSync(fd, text) } catch {}`
    for (const event of ['init', AUDIT]) {
      const result = await world.run([hookPlugin('scribbling', event, code)])
      expect(result.exitCode, result.stderr.slice(0, 500)).to.equal(0)
      expect(isToken(result), event).to.equal(true)
    }
  })

  it('keeps nobody waiting after other commands of this program either', async () => {
    const cloud = await startClusterWorld()
    try {
      const {stdout, exitCode} = await world.run(
        [hookPlugin('hooking', 'prerun', LEFT_OPEN['a timer'])],
        ['list-clusters', '--cs-endpoint', cloud.cs.endpoint],
        envOf(ALICE),
      )
      expect(exitCode).to.equal(0)
      expect(stdout).to.contain('ID')
    } finally {
      await cloud.close()
    }
  })
})
