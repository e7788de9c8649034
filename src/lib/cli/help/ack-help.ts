import {ux, type Command} from '@oclif/core'
import {Help} from '@oclif/core/help'
import type {Topic} from '@oclif/core/interfaces'

import {firstLine} from '../../base/printable.ts'
import {processRuntime} from '../../base/runtime.ts'
import {FIRST_STEPS} from './first-steps.ts'
import {helpPage, type HelpPage} from './help-page.ts'
import {helpWidth} from './help-width.ts'
import type {Row} from './layout.ts'
import {renderCommand, renderTopic, type HelpStyle} from './render-help.ts'

/** The flag that shows what `--help` leaves out. */
const HELP_ALL = '--help-all'

/** oclif's help, with the pages of this program's own commands and of topics; those of third-party commands stay oclif's. */
export class AckHelp extends Help {
  #showsAll = false

  /**
   * Shows the help of a command, a topic or the program.
   *
   * @param argv - words and flags
   */
  override async showHelp(argv: string[]): Promise<void> {
    this.#showsAll = argv.includes(HELP_ALL)
    // `help rbac scan-user-permissions --help-all`: oclif would look no further than the topic.
    await super.showHelp(
      argv[0] === 'help' && argv.some((word) => word !== 'help' && !isFlag(word)) ? argv.slice(1) : argv,
    )
  }

  override async showCommandHelp(command: Command.Loadable): Promise<void> {
    if (command.pluginType !== 'core') return super.showCommandHelp(command)
    const beside = {all: this.#showsAll, commands: this.#commandsBelow(command.id)}
    this.log(renderCommand(this.page(command), beside, this.#style))
  }

  /** What help and man page say of a command. */
  page(command: Command.Loadable): HelpPage {
    // An alias does not name the command that it stands for.
    const original = this.config.commands.find(({id, aliases}) => id !== command.id && aliases.includes(command.id))
    return helpPage(original ?? command, this.config.bin, this.render)
  }

  protected override showTopicHelp({name, description = ''}: Topic): Promise<void> {
    const command = `${this.config.bin} ${name.replaceAll(':', ' ')}`
    const page = {command, description: this.render(description), firstSteps: FIRST_STEPS[name] ?? []}
    this.log(renderTopic(page, [['Commands', this.#commandsBelow(name)]], this.#style))
    return Promise.resolve()
  }

  protected override showRootHelp(): Promise<void> {
    const {pjson, bin} = this.config
    const isShown = ({id}: {readonly id: string}): boolean => this.opts.all === true || !id.includes(':')
    const topics = this.sortedTopics.map(({name: id, description}) => ({id, description})).filter(isShown)
    const topicRows = topics.map(({id, description = ''}): Row => [
      id.replaceAll(':', ' '),
      this.render(firstLine(description)),
    ])
    const page = {command: bin, description: pjson['description'] ?? '', firstSteps: FIRST_STEPS[''] ?? []}
    const lists = [
      ['Commands', this.#rows(this.sortedCommands.filter(isShown))],
      ['Topics', topicRows],
    ] as const
    this.log(renderTopic(page, lists, this.#style))
    return Promise.resolve()
  }

  get #style(): HelpStyle {
    return {width: helpWidth(processRuntime()), heading: (text) => ux.colorize('bold', text)}
  }

  #commandsBelow(id: string): readonly Row[] {
    return this.#rows(this.sortedCommands.filter((command) => command.id.startsWith(`${id}:`)))
  }

  #rows(commands: readonly Command.Loadable[]): readonly Row[] {
    return commands.map((command) => [command.id.replaceAll(':', ' '), this.summary(command) ?? ''])
  }
}

const isFlag = (word: string): boolean => word.startsWith('-')
