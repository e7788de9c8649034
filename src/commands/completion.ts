import {AckCommand} from '../lib/cli/ack-command.ts'
import type {CommandNeeds} from '../lib/cli/ask-missing.ts'
import {completionScript, isShell, SHELLS} from '../lib/cli/completion/shell-scripts.ts'
import {oclifFlags} from '../lib/cli/flags.ts'
import {writeAnswer} from '../lib/cli/write-answer.ts'
import {notAccepted, readBoolean} from '../lib/options/read-option.ts'
import {COMPLETION_OPTIONS} from '../lib/options/tool-definitions.ts'

export default class Completion extends AckCommand {
  static override summary = 'Print the completion script of a shell'

  static override description = `Prints a script that completes commands, flags and their values, for bash, zsh, fish or PowerShell. Load it in the shell's start-up file, as the examples show, or write it where the shell looks for completions: it names this program by its command, so the lines that load the Go tool's script stay valid.`

  static override usage = `<%= command.id %> ${SHELLS.join('|')} [flags]`

  static override examples = [
    {description: 'Complete in this shell of bash', command: 'source <(<%= config.bin %> <%= command.id %> bash)'},
    {
      description: 'For zsh, in every new shell',
      command: '<%= config.bin %> <%= command.id %> zsh > "${fpath[1]}/_<%= config.bin %>"',
    },
    {
      description: 'For fish, in every new shell',
      command: '<%= config.bin %> <%= command.id %> fish > ~/.config/fish/completions/<%= config.bin %>.fish',
    },
    {
      description: 'Complete in this PowerShell',
      command: '<%= config.bin %> <%= command.id %> powershell | Out-String | Invoke-Expression',
    },
  ]

  static override strict = false
  static override takesWords = true

  static override options = COMPLETION_OPTIONS

  static override flags = oclifFlags(COMPLETION_OPTIONS)

  override needs(): CommandNeeds {
    return {credentials: false, clusterId: false}
  }

  async run(): Promise<void> {
    const {inputs} = await this.invocation()
    const [shell] = this.given.words
    if (shell === undefined) return this.config.runCommand('help', ['completion'])
    if (!isShell(shell)) throw notAccepted({value: shell, from: 'completion'}, SHELLS)
    const hasDescriptions = !readBoolean('no-descriptions', COMPLETION_OPTIONS['no-descriptions'], inputs)
    await writeAnswer(await completionScript(shell, this.config, hasDescriptions))
  }
}
