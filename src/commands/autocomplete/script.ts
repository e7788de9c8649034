import {join} from 'node:path'

import {Args, Command} from '@oclif/core'

import {posixFormatWord, powerShellWord} from '../../lib/base/shell-words.ts'
import {usageError} from '../../lib/cli/usage-error.ts'
import {writeAnswer} from '../../lib/cli/write-answer.ts'

const SHELLS = ['zsh', 'bash', 'powershell']

/** Takes the place of oclif's own command, which does not quote paths: a blank in one would break every new shell. */
export default class AutocompleteScript extends Command {
  static override hidden = true
  static override summary = 'Print the line that sets up completion, for the start-up file of a shell'
  static override args = {shell: Args.string({description: 'Shell', options: SHELLS})}

  async run(): Promise<void> {
    const {cacheDir, bin} = this.config
    const shell = (await this.#shell()) ?? this.config.shell
    const dir = join(cacheDir, 'autocomplete')
    if (shell === 'powershell') {
      await writeAnswer(`. ${powerShellWord(join(dir, 'functions', 'powershell', `${bin}.ps1`))}\n`)
      return
    }
    const name = `${bin.toUpperCase().replaceAll('-', '_')}_AC_${shell.toUpperCase()}_SETUP_PATH`
    const setUp = `${name}=${posixFormatWord(join(dir, `${shell}_setup`))} && test -f "$${name}" && source "$${name}"`
    await writeAnswer(`\n${setUp}; # ${bin} autocomplete setup\n\n`)
  }

  async #shell(): Promise<string | undefined> {
    try {
      return (await this.parse(AutocompleteScript)).args.shell
    } catch (error) {
      throw usageError(error, 'autocomplete')
    }
  }
}
