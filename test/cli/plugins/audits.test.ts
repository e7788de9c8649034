import {readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {expect} from 'chai'

import {ALICE, CLUSTER_ID, envOf} from '../../support/cluster-world.ts'
import {describePlugins, GET_TOKEN, isToken} from '../../support/plugin-world.ts'
import {hookPlugin, STUCK} from '../../support/plugins.ts'

describePlugins('third-party plugins hear of what was issued', (world) => {
  const audit = hookPlugin(
    'audit',
    'ack:credential-issued',
    `const {credential} = given
try { credential.clusterId = 'changed' } catch {}
require('fs').appendFileSync(process.env.AUDIT, JSON.stringify(credential) + '\\n')`,
  )

  it('and nothing that is secret', async () => {
    const file = join(world.home.dir, 'audit.log')
    await writeFile(file, '')
    const result = await world.run([audit], GET_TOKEN, {...envOf(ALICE), AUDIT: file})
    expect(result, result.stderr).to.deep.include({stderr: '', exitCode: 0})
    const {status} = JSON.parse(result.stdout) as {status: {token: string; expirationTimestamp: string}}
    expect(JSON.parse(await readFile(file, 'utf8'))).to.deep.equal({
      kind: 'token',
      clusterId: CLUSTER_ID,
      source: 'the AccessKey of the environment (ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET)',
      expiresAt: status.expirationTimestamp,
    })
  })

  it('and kubectl has its answer whatever they do then', async () => {
    for (const [body, message] of [
      [`throw new Error('disk full')`, 'warn: plugin audit failed in its ack:credential-issued hook: disk full'],
      ['process.exit(9)', ''],
      [
        `void Promise.reject(new Error('late'))`,
        'something that a plugin has left running failed: late (PluginFailed)',
      ],
      [STUCK, 'warn: plugin audit timed out in its ack:credential-issued hook'],
    ] as const) {
      const result = await world.run([hookPlugin('audit', 'ack:credential-issued', body)])
      expect(result.exitCode).to.equal(0)
      expect(isToken(result)).to.equal(true)
      expect(result.stderr).to.contain(message)
    }
  })
})
