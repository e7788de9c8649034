/**
 * Runs scripts of package.json side by side, without an npm for each, and shows what each has said when all have ended.
 * What the one after `--with` says is shown at once. Fails when one of them does.
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

const start = (command, stdout) => {
  const child = spawn(command, {cwd: root, env, shell: true, stdio: ['ignore', stdout, 'inherit']})
  return {child, ended: new Promise((resolve) => child.once('close', resolve))}
}
const run = async (name) => {
  const {child, ended} = start(`${scripts[name]} 2>&1`, 'pipe')
  const said = await text(child.stdout)
  return {name, said, exitCode: await ended}
}

const args = process.argv.slice(2)
const at = args.indexOf('--with')
const [names, [shown]] = at < 0 ? [args, []] : [args.slice(0, at), args.slice(at + 1)]
const shownEnd = shown === undefined ? 0 : start(scripts[shown], 'inherit').ended

const ends = await Promise.all(names.map(run))
for (const {name, said, exitCode} of ends) console.log(`${exitCode === 0 ? 'ok' : 'failed'}: ${name}\n${said}`)
const failed = ends.filter(({exitCode}) => exitCode !== 0).map(({name}) => name)
if ((await shownEnd) !== 0) failed.push(shown)
if (failed.length > 0) process.exitCode = 1
// Its words may have gone by long ago.
if (failed.length > 0 && shown !== undefined) console.error(`failed: ${failed.join(', ')}`)
