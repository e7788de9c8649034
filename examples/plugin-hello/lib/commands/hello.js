import {Args, Command, Flags} from '@oclif/core'

/** The values are what shells complete, too. */
const GREETINGS = {english: 'Hello', french: 'Bonjour', german: 'Hallo'}

export default class Hello extends Command {
  static summary = 'Say hello'

  static examples = ['<%= config.bin %> <%= command.id %> Kubernetes --language french']

  static args = {
    name: Args.string({description: 'Whom to greet', default: 'world'}),
  }

  static flags = {
    language: Flags.option({
      summary: 'The language to greet in',
      options: Object.keys(GREETINGS),
      default: 'english',
    })(),
  }

  async run() {
    const {args, flags} = await this.parse(Hello)
    this.log(`${GREETINGS[/** @type {keyof typeof GREETINGS} */ (flags.language)]}, ${args.name}!`)
  }
}
