/** Writes dist/help.json: oclif's help as it is where nobody looks at it in a terminal, by the words before `--help`. */
import {readFile, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {fileURLToPath} from 'node:url'

import {USER_AGENT_MARK} from '../src/start/prebuilt-help.ts'
import {runCli} from '../test/support/run-cli.ts'

interface Manifest {
  readonly commands: Readonly<Record<string, {readonly aliases: readonly string[]}>>
}

const manifestUrl = new URL('../oclif.manifest.json', import.meta.url)
const {commands} = JSON.parse(await readFile(manifestUrl, 'utf8')) as Manifest
const ids = Object.entries(commands).flatMap(([id, {aliases}]) => [id].concat(aliases))
const topics = new Set(
  ids.flatMap((id) =>
    id
      .split(':')
      .slice(0, -1)
      .map((_, index, words) => words.slice(0, index + 1).join(' ')),
  ),
)
const run = async (args: readonly string[]): Promise<string> => {
  // DEBUG, with a word for nobody, has the full program answer.
  const {stdout, stderr, exitCode} = await runCli(args, {home: tmpdir(), env: {DEBUG: 'nobody'}})
  if (exitCode !== 0 || stdout === '') throw new Error(`${args.join(' ')}: exit code ${String(exitCode)} ${stderr}`)
  return stdout
}

const userAgent = (await run(['--version'])).trim()
const texts: Record<string, string> = {}
for (const words of ['', ...topics, ...ids.map((id) => id.replaceAll(':', ' '))])
  texts[words] = (await run([...words.split(' ').filter(Boolean), '--help'])).replaceAll(userAgent, USER_AGENT_MARK)
// A line for each: whoever wants one reads no other.
const lines = Object.entries(texts).map(([words, text]) => `${JSON.stringify(words)}:${JSON.stringify(text)}`)
await writeFile(fileURLToPath(new URL('../dist/help.json', import.meta.url)), `{\n${lines.join(',\n')}\n}\n`)
