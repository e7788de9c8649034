import {mkdir, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'

import {Config, run} from '@oclif/core'
import {expect} from 'chai'

import {parseCommandLine} from '../../src/lib/cli/command-line.ts'
import {runCommandLine} from '../../src/start/run-oclif.ts'
import {makeHome, type TestHome} from '../support/home.ts'

const EVENTS = ['init', 'prerun', 'postrun', 'finally', 'command_not_found']

/** A program of oclif's whose hooks, commands and help say what they are given. */
const FILES: Readonly<Record<string, string>> = {
  'package.json': JSON.stringify({
    name: 'program',
    version: '1.0.0',
    oclif: {
      commands: './commands',
      topicSeparator: ' ',
      additionalHelpFlags: ['-h'],
      helpClass: './help.js',
      hooks: Object.fromEntries(EVENTS.map((event) => [event, `./hooks/${event}.js`])),
    },
  }),
  'help.js': `module.exports = class { showHelp(argv) { globalThis.heard.push({help: argv}) } }`,
  'commands/good.js': command('return "done"'),
  'commands/bad.js': command('throw new Error("broken")'),
  'commands/topic/inner.js': command(''),
  ...Object.fromEntries(
    EVENTS.map((event) => [
      `hooks/${event}.js`,
      `module.exports = async ({argv, id, result, Command, error}) => {
  globalThis.heard.push({event: '${event}', argv, id, result, command: Command?.id, error: error?.message})
}`,
    ]),
  ),
}

function command(body: string): string {
  return `module.exports = class {
  static flags = {}; static args = {}; static aliases = []; static hiddenAliases = []; static strict = false
  static async run(argv) { globalThis.heard.push({ran: argv}); ${body} }
}`
}

interface Listening {
  heard: unknown[]
}

describe('runCommandLine', () => {
  let home: TestHome

  before(async () => {
    home = await makeHome()
    for (const [path, content] of Object.entries(FILES)) {
      await mkdir(dirname(join(home.dir, path)), {recursive: true})
      await writeFile(join(home.dir, path), content)
    }
  })
  after(() => home.remove())

  const listenTo = async (work: () => Promise<unknown>): Promise<readonly unknown[]> => {
    const heard: unknown[] = []
    ;(globalThis as unknown as Listening).heard = heard
    const write = process.stdout.write.bind(process.stdout)
    process.stdout.write = (text: unknown): boolean => heard.push({stdout: text}) > 0
    try {
      await work()
    } catch (error) {
      heard.push({thrown: (error as Error).message})
    } finally {
      process.stdout.write = write
    }
    return heard
  }

  for (const [line, expected] of [
    ['', {help: []}],
    ['--help', {help: ['--help']}],
    ['--version', {event: 'finally', argv: [], id: '--version'}],
    ['good', {ran: []}],
    ['good a --flag', {ran: ['a', '--flag']}],
    ['good --help', {help: ['good', '--help']}],
    ['good -- -h', {ran: ['--', '-h']}],
    ['topic inner a', {ran: ['a']}],
    ['topic:inner a', {ran: ['a']}],
    ['topic', {help: ['topic']}],
    ['bad', {thrown: 'broken'}],
    ['unknown a', {event: 'command_not_found', argv: [], id: 'unknown:a'}],
  ] as const) {
    it(`does what oclif's own run does: ${line || 'nothing'}`, async () => {
      const words = line.split(' ').filter(Boolean)
      const theirs = await listenTo(() => run([...words], home.dir))
      const ours = await listenTo(async () => {
        const given = {argv: words, line: parseCommandLine(words)}
        return runCommandLine(given, await Config.load(home.dir))
      })
      expect(ours).to.deep.equal(theirs)
      expect(JSON.parse(JSON.stringify(ours))).to.deep.include(JSON.parse(JSON.stringify(expected)))
    })
  }
})
