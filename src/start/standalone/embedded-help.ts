import HelpCommand from '../../../node_modules/@oclif/plugin-help/lib/commands/help.js'
import {AckHelp} from '../../lib/cli/help/ack-help.ts'

/** oclif's command, which would load the class of our help from a file that an executable does not have. */
export class EmbeddedHelp extends HelpCommand {
  override async run(): Promise<void> {
    const {argv, flags} = await this.parse(HelpCommand)
    await new AckHelp(this.config, {all: flags['nested-commands']}).showHelp(argv as string[])
  }
}
