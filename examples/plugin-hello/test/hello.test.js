import assert from 'node:assert/strict'
import {test} from 'node:test'
import {fileURLToPath} from 'node:url'

import {Config} from '@oclif/core'

import Hello from '../lib/commands/hello.js'
import prerun from '../lib/hooks/prerun.js'

const config = await Config.load(fileURLToPath(new URL('..', import.meta.url)))

/** @param {string[]} argv */
const greeting = async (...argv) => {
  const lines = /** @type {string[]} */ ([])
  const hello = new Hello(argv, config)
  hello.log = (line = '') => void lines.push(line)
  await hello.run()
  return lines.join('\n')
}

test('greets in the language that was asked for', async () => {
  assert.equal(await greeting(), 'Hello, world!')
  assert.equal(await greeting('Kubernetes', '--language', 'french'), 'Bonjour, Kubernetes!')
  await assert.rejects(greeting('--language', 'klingon'), /to be one of: english, french, german/)
})

test('is silent before other commands, unless told otherwise', async (t) => {
  const write = t.mock.method(process.stderr, 'write', () => true)
  const given = /** @type {any} */ ({Command: {id: 'list-clusters'}, argv: []})
  await prerun.call(/** @type {any} */ ({}), given)
  assert.equal(write.mock.callCount(), 0)
  process.env.HELLO_PRERUN = '1'
  await prerun.call(/** @type {any} */ ({}), given)
  assert.match(String(write.mock.calls[0]?.arguments[0]), /list-clusters is about to run/)
})
