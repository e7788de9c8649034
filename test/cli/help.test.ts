import {fileURLToPath} from 'node:url'

import {Config, type Command} from '@oclif/core'
import {expect} from 'chai'

import {AckHelp} from '../../src/lib/cli/help/ack-help.ts'
import {helpWidth} from '../../src/lib/cli/help/help-width.ts'
import {breakCommand} from '../../src/lib/cli/help/layout.ts'
import {renderCommand} from '../../src/lib/cli/help/render-help.ts'
import {ALL_COMMAND_OPTIONS} from '../../src/lib/options/all-commands.ts'
import {GLOBAL_OPTIONS, type OptionDefinitions} from '../../src/lib/options/definitions.ts'
import {HELP_GROUPS} from '../../src/lib/options/help-groups.ts'
import {CLEAR_GLOBAL_OPTIONS, CLEAR_OPTIONS} from '../../src/lib/options/tool-definitions.ts'
import {makeHome, type TestHome} from '../support/home.ts'
import {cliEnvironment, runCli, SHELL_PROGRAM} from '../support/run-cli.ts'
import {hasTerminal, runInTerminal} from '../support/terminal.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const OPTIONS: Readonly<Record<string, OptionDefinitions>> = ALL_COMMAND_OPTIONS

/** The lines below a heading, to the next empty one. */
const below = (text: string, heading: string): readonly string[] => {
  const lines = text.split('\n')
  const at = lines.indexOf(heading)
  if (at === -1) return []
  const end = lines.indexOf('', at)
  return lines.slice(at + 1, end === -1 ? undefined : end)
}

describe('help', () => {
  let home: TestHome
  let config: Config
  let help: AckHelp
  let commands: readonly Command.Loadable[]

  before(async () => {
    home = await makeHome()
    config = await Config.load({root: ROOT, userPlugins: false, devPlugins: false})
    help = new AckHelp(config)
    commands = config.commands.filter(({hidden}) => !hidden)
  })
  after(() => home?.remove())

  const rendered = (command: Command.Loadable, width: number, all = false): string =>
    renderCommand(help.page(command), {all, commands: []}, {width, heading: (text) => text})

  const run = async (args: readonly string[], env: Record<string, string> = {}): Promise<string> => {
    const {stdout, stderr, exitCode} = await runCli(args, {home: home.dir, env})
    expect({stderr, exitCode}, args.join(' ')).to.deep.equal({stderr: '', exitCode: 0})
    return stdout
  }

  it('has no line that is longer than 40, 80 or 120 characters', () => {
    for (const command of commands)
      for (const width of [40, 80, 120])
        for (const all of [false, true])
          for (const line of rendered(command, width, all).split('\n'))
            expect(line, `${command.id}: ${line}`).to.have.length.at.most(width)
  })

  it('breaks no accepted value in two, says all of a flag in one pair of parentheses, and ends no line with a blank', () => {
    for (const command of commands) {
      const options = OPTIONS[command.id.replaceAll(':', ' ')] ?? {}
      for (const width of [40, 80, 120]) {
        const text = rendered(command, width)
        expect(text, command.id).not.to.match(/ $/m)
        const words = new Set(text.split(/[\s|(),]+/))
        const flags = help.page(command).groups.flatMap((group) => group.flags)
        for (const {name, text: said} of flags.filter(({isRare}) => !isRare)) {
          expect(said, name).not.to.match(/\) \(/)
          const definition = options[name]
          if (definition?.kind === 'text' && definition.isOpen !== true)
            for (const value of definition.values ?? []) expect(words, `${command.id} --${name}`).to.include(value)
        }
      }
    }
  })

  it('has its usage in one line, and what it needs in it', () => {
    for (const command of commands) {
      const usage = below(rendered(command, 80), 'USAGE')
      expect(usage, command.id).to.have.length(1)
      expect(usage[0], command.id).to.match(/^ {2}ack-ram-tool \S/)
      for (const {command: example} of help.page(command).examples) expect(example, command.id).not.to.match(/^\$/)
    }
  })

  it('names a command by an alias only where that has fewer words', () => {
    const nameOf = (id: string): string => help.page(config.findCommand(id, {must: true})).command
    expect(nameOf('plugins:install')).to.equal('ack-ram-tool plugins install')
    for (const id of ['credential-plugin:update-kubeconfig', 'update-kubeconfig'])
      expect(nameOf(id)).to.equal('ack-ram-tool update-kubeconfig')
    expect(nameOf('credential-plugin:cache:clear')).to.equal('ack-ram-tool logout')
  })

  it('begins with what the command does, then usage and examples, each with its comment', () => {
    for (const command of commands.filter(({id}) => id.replaceAll(':', ' ') in OPTIONS)) {
      const text = rendered(command, 80)
      const {summary, examples} = help.page(command)
      expect(text.replaceAll(/\s+/g, ' ').startsWith(summary), command.id).to.equal(true)
      const shown = below(text, 'EXAMPLES').filter((line) => !line.startsWith('    '))
      expect(shown.length, command.id).to.be.at.least(2)
      expect(
        shown.filter((line) => line.startsWith('  $ ')),
        command.id,
      ).to.have.length(examples.length)
      expect(shown[0], command.id).to.match(/^ {2}# /)
      for (const [index, line] of shown.entries())
        if (line.startsWith('  $ ')) expect(shown[index - 1], line).to.match(/^ {2}# /)
      const headings = [...text.matchAll(/^[A-Z][A-Z ]+$/gm)].map(([heading]) => heading)
      expect(headings.slice(0, 2), command.id).to.deep.equal(['USAGE', 'EXAMPLES'])
    }
  })

  it('has every flag exactly once in its group in --help-all, and in --help no other', () => {
    for (const command of commands) {
      const options = OPTIONS[command.id.replaceAll(':', ' ')]
      if (!options) continue
      const all = rendered(command, 120, true)
      const short = rendered(command, 120)
      const inHelp: string[] = []
      const taken = {...(options === CLEAR_OPTIONS ? CLEAR_GLOBAL_OPTIONS : GLOBAL_OPTIONS), ...options}
      for (const [name, {helpGroup, env}] of Object.entries(taken)) {
        const label = new RegExp(`^ {2}(?:-\\w, |    )--${name}(?![\\w-])`)
        const places = HELP_GROUPS.filter((group) => below(all, group.toUpperCase()).some((line) => label.test(line)))
        expect(places, `${command.id} --${name}`).to.deep.equal([helpGroup])
        expect(
          all.split('\n').filter((line) => label.test(line)),
          `${command.id} --${name}`,
        ).to.have.length(1)
        if (env[0] !== undefined) expect(all.replaceAll(/\s+/g, ' ')).to.contain(`(env: ${env[0]})`)
        if (short.split('\n').some((line) => label.test(line))) inHelp.push(name)
      }
      const used = help
        .page(command)
        .examples.map((example) => example.command)
        .join(' ')
      for (const [, name = ''] of used.matchAll(/ --([a-z][a-z-]*)/g))
        if (name in options) expect(inHelp, `${command.id}: of an example`).to.contain(name)
      const left = Object.keys(taken).length - inHelp.length
      if (left > 0) expect(short).to.contain(`--help-all\` shows ${left} more flags`)
    }
  })

  it('of update-kubeconfig has 60 lines at most, with the groups that people look for', async () => {
    const text = await run(['update-kubeconfig', '--help'])
    expect(text.trimEnd().split('\n')).to.have.length.at.most(60)
    for (const group of ['CLUSTER', 'CREDENTIALS', 'KUBECONFIG', 'PREVIEW AND UNDO', 'NETWORK'])
      expect(below(text, group), group).not.to.be.empty
    expect(below(text, 'USAGE')).to.deep.equal([
      '  ack-ram-tool update-kubeconfig (--cluster-id <id>|--all|--undo) [flags]',
    ])
  })

  it('is 80 characters wide where nobody looks, and as wide as COLUMNS says', async () => {
    const command = config.findCommand('list-clusters', {must: true})
    const made = await run(['list-clusters', '--help'])
    expect(made).to.equal(`${rendered(command, 80)}\n`)
    for (const [columns, width] of [
      ['40', 40],
      ['1000', 120],
    ] as const)
      expect(await run(['list-clusters', '--help'], {COLUMNS: columns}), columns).to.equal(
        `${rendered(command, width)}\n`,
      )
    const widthOf = (COLUMNS: string, OCLIF_COLUMNS = ''): number =>
      helpWidth({env: {COLUMNS, OCLIF_COLUMNS}, stdoutIsTerminal: false})
    expect([widthOf('7'), widthOf('wide'), widthOf('-1'), widthOf('60'), widthOf('60', '70')]).to.deep.equal([
      40, 80, 80, 60, 70,
    ])
  })

  it('is as wide as the terminal', async function () {
    if (!hasTerminal()) this.skip()
    const command = config.findCommand('list-clusters', {must: true})
    const line = `stty cols 50 && ${SHELL_PROGRAM} list-clusters --help`
    const {screen, exitCode} = await runInTerminal(line, cliEnvironment(home.dir, {}), [])
    expect(exitCode).to.equal(0)
    expect(screen.replaceAll('\r', '')).to.equal(`${rendered(command, 50)}\n`)
  })

  it('shows all flags by --help-all, also of a command within a topic that help is asked for', async () => {
    const all = await run(['get-kubeconfig', '--help-all'])
    expect(all.replaceAll(/\s+/g, ' ')).to.contain('(env: ACK_RAM_TOOL_EXEC_COMMAND)')
    for (const line of [
      'credential-plugin get-kubeconfig --help-all',
      '--help-all get-kubeconfig -y',
      'get-kubeconfig --help-all=true',
      'help credential-plugin get-kubeconfig --help-all',
    ])
      expect(await run(line.split(' ')), line).to.equal(all)
  })

  it('says of topics and of the program what to do first', async () => {
    for (const topic of [
      '',
      'auth',
      'config',
      'credential-plugin',
      'credential-plugin cache',
      'rbac',
      'rrsa',
      'utils',
    ]) {
      const text = await run([...topic.split(' ').filter(Boolean), '--help'])
      expect(below(text, 'USAGE'), topic).to.deep.equal([
        `  ${['ack-ram-tool', topic].filter(Boolean).join(' ')} <command> [flags]`,
      ])
      const [comment, step] = below(text, 'FIRST STEPS')
      expect(comment, topic).to.match(/^ {2}# [A-Z]/)
      expect(step, topic).to.match(/^ {2}\$ ack-ram-tool /)
      expect(below(text, 'COMMANDS'), topic).not.to.be.empty
      for (const line of text.split('\n')) expect(line).to.have.length.at.most(80)
      if (topic !== '') expect(await run(topic.split(' ')), topic).to.equal(text)
    }
  })

  it('breaks the lines of examples as a shell lets them be broken', () => {
    const command = `ack-ram-tool a --flag "two words" 'it is' --role acs:ram::1234567890123456:oidc-provider/ack-rrsa-x | cat > out`
    for (const width of [24, 40, 60, 80, 200]) {
      const lines = breakCommand(command, width)
      const [first = '', ...others] = lines
      expect(first).to.match(/^ {2}\$ ack-ram-tool/)
      for (const line of lines) expect(line, line).to.have.length.at.most(width)
      const joined = [first.slice(4), ...others].join('\n').replaceAll('\\\n', '')
      expect(joined.replaceAll(/ +/g, ' '), String(width)).to.equal(command)
    }
  })
})
