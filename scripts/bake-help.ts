/** Writes dist/help.json: oclif's help as it is where nobody looks at it in a terminal, by the words before `--help`. */
import {spawnSync} from 'node:child_process'
import {readFile, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {fileURLToPath} from 'node:url'

import {USER_AGENT_MARK} from '../src/start/prebuilt-help.ts'
import {cliEnvironment, LAUNCHER} from '../test/support/run-cli.ts'

interface Manifest {
  readonly commands: Readonly<Record<string, {readonly aliases: readonly string[]}>>
}

const manifestUrl = new URL('../oclif.manifest.json', import.meta.url)
const {commands} = JSON.parse(await readFile(manifestUrl, 'utf8')) as Manifest
const ids = Object.entries(commands).flatMap(([id, {aliases}]) => [id].concat(aliases))
const topics = new Set(ids.filter((id) => id.includes(':')).map((id) => id.split(':', 1)[0] ?? ''))
const run = (args: readonly string[]): string =>
  // DEBUG, with a word for nobody, has the full program answer.
  spawnSync(process.execPath, [LAUNCHER, ...args], {env: cliEnvironment(tmpdir(), {DEBUG: 'nobody'}), encoding: 'utf8'})
    .stdout

const userAgent = run(['--version']).trim()
const texts = Object.fromEntries(
  ['', ...topics, ...ids.map((id) => id.replaceAll(':', ' '))].map((words) => [
    words,
    run([...words.split(' ').filter(Boolean), '--help']).replaceAll(userAgent, USER_AGENT_MARK),
  ]),
)
await writeFile(fileURLToPath(new URL('../dist/help.json', import.meta.url)), `${JSON.stringify(texts)}\n`)
