import {mkdtemp, readFile, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import type {Config} from '@oclif/core/interfaces'

import {fishScript} from './fish-script.ts'
import {completeValuesInShells} from './value-scripts.ts'

/** The shells that have a completion script, by the names that the Go tool gives them. */
export const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const
type Shell = (typeof SHELLS)[number]

export const isShell = (word: string): word is Shell => (SHELLS as readonly string[]).includes(word)

/**
 * The completion script of a shell: for fish our own, for others those of `@oclif/plugin-autocomplete` with the values of
 * flags. That plugin writes files into oclif's cache directory; here it is given one that is removed again.
 */
export const completionScript = async (shell: Shell, config: Config, hasDescriptions: boolean): Promise<string> => {
  if (shell === 'fish') return fishScript(config, hasDescriptions)
  const dir = await mkdtemp(join(tmpdir(), `${config.bin}-completion-`))
  try {
    const Create = (await config.findCommand('autocomplete:create', {must: true}).load()) as unknown as CommandClass
    await new Create([], Object.create(config, {cacheDir: {value: dir}}) as Config).run()
    await completeValuesInShells(dir, config.bin)
    const text = await readFile(join(dir, 'autocomplete', 'functions', fileOf(shell, config.bin)), 'utf8')
    return shell === 'zsh' ? loadableInZsh(text, config.bin) : text
  } finally {
    await rm(dir, {recursive: true, force: true})
  }
}

// oclif's type is of an abstract class, and asks for its Config class, of which this is a view.
type CommandClass = new (argv: string[], config: Config) => {run(): Promise<unknown>}

const fileOf = (shell: Exclude<Shell, 'fish'>, bin: string): string =>
  ({bash: `bash/${bin}.bash`, zsh: `zsh/_${bin}`, powershell: `powershell/${bin}.ps1`})[shell]

/** As a file of `fpath` it is run at the first completion; by `source` it has to name its function to zsh instead. */
const loadableInZsh = (text: string, bin: string): string => {
  const call = `\n_${bin}\n`
  const end = text.lastIndexOf(call)
  return `${text.slice(0, end)}
if [ "$funcstack[1]" = "_${bin}" ]; then
  _${bin} "$@"
else
  (( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
  compdef _${bin} ${bin}
fi
${text.slice(end + call.length)}`
}
