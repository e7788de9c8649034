/**
 * Runs scripts of package.json side by side, without an npm for each, and shows what each has said when all have ended.
 * Fails when one of them does.
 */
import {spawn} from 'node:child_process'
import {readFileSync} from 'node:fs'
import {delimiter, join} from 'node:path'
import {text} from 'node:stream/consumers'
import {fileURLToPath} from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const {scripts} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
// As npm does.
const env = {...process.env, PATH: [join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter)}

const run = async (name) => {
  const child = spawn(`${scripts[name]} 2>&1`, {cwd: root, env, shell: true, stdio: ['ignore', 'pipe', 'inherit']})
  const ended = new Promise((resolve) => child.once('close', resolve))
  const said = await text(child.stdout)
  return {name, said, exitCode: await ended}
}

for (const {name, said, exitCode} of await Promise.all(process.argv.slice(2).map(run))) {
  console.log(`${exitCode === 0 ? 'ok' : 'failed'}: ${name}\n${said}`)
  if (exitCode !== 0) process.exitCode = 1
}
