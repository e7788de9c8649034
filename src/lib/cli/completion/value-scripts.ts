import {readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {posixWord} from './shell-words.ts'

/**
 * `@oclif/plugin-autocomplete` writes a completion function for each shell, which completes commands and flags, and in
 * zsh the values that a command lists. This adds values in bash and PowerShell, values from the user's files in all
 * shells, and in bash flags after other flags. Paths are quoted.
 *
 * @param cacheDir - oclif's cache directory, which holds the functions
 * @param bin - the program's name
 */
export const completeValuesInShells = async (cacheDir: string, bin: string): Promise<void> => {
  const dir = join(cacheDir, 'autocomplete')
  const functions = join(dir, 'functions')
  await Promise.all([
    change(join(dir, 'bash_setup'), (text) => withQuotedPath(text, join(functions, 'bash', `${bin}.bash`))),
    change(join(dir, 'zsh_setup'), (text) => withQuotedPath(text, join(functions, 'zsh'))),
    change(join(functions, 'bash', `${bin}.bash`), (text) => inBash(text, bin)),
    change(join(functions, 'zsh', `_${bin}`), (text) => inZsh(text, bin)),
    change(join(functions, 'powershell', `${bin}.ps1`), (text) => inPowerShell(text, bin)),
  ])
}

/** Changes a function once: the plugin rewrites an existing file before this runs. */
const change = async (path: string, made: (text: string) => string): Promise<void> => {
  const text = await readFile(path, 'utf8').catch(() => undefined)
  if (text === undefined || text.includes(MARK)) return
  await writeFile(path, made(text))
}

const MARK = 'autocomplete values'

/** Lets the files that load the functions work in every directory. */
const withQuotedPath = (text: string, path: string): string =>
  text.replace(path, () => posixWord(path)).replaceAll(/ (\$[A-Z_]+)/g, ' "$1"')

const inBash = (text: string, bin: string): string =>
  text
    .replace(
      '  COMPREPLY=()\n',
      `  COMPREPLY=()

  # The program completes the values of flags.
  local values
  if [[ "\${COMP_WORDS[COMP_CWORD-1]}" == -* || "\${COMP_WORDS[COMP_CWORD-1]}" == "=" || "$cur" == "=" ]] &&
    values="$(${bin} ${MARK} -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)"; then
    # Not by compgen, which expands its words.
    local value
    while IFS= read -r value; do
      [[ -n "$value" ]] && COMPREPLY+=("$(printf '%q' "$value")")
    done <<< "$values"
    return 0
  fi
  # Flags may follow other flags: only the words before the first one are the command.
  local commandEnd=1
  while [[ $commandEnd -lt $COMP_CWORD && "\${COMP_WORDS[commandEnd]}" != -* ]]; do commandEnd=$((commandEnd + 1)); done
`,
    )
    .replace('"${COMP_WORDS[@]:1:($COMP_CWORD - 1)}"', '"${COMP_WORDS[@]:1:commandEnd - 1}"')

/** Options with values from the user's files, or from plugins. */
const ASKED_FOR = ['cluster-id', 'credential-type', 'profile-name']

const inZsh = (text: string, bin: string): string => {
  const asked = new RegExp(`^(.*--(?:${ASKED_FOR.join('|')})[}"].*):file:_files"`, 'gm')
  const ask = `_${bin}_value() {
  local -a values
  local -a typed=("\${(Q@)\${(z)LBUFFER}}")
  [[ "$LBUFFER" == *[[:space:]] ]] && typed+=("")
  values=(\${(f)"$(${bin} ${MARK} -- "\${(@)typed[2,-1]}" 2>/dev/null)"})
  compadd -a values
}

`
  return text.replace(asked, `$1:value:_${bin}_value"`).replace(`\n_${bin}() {`, `\n${ask}_${bin}() {`)
}

const inPowerShell = (text: string, bin: string): string =>
  text.replace(
    /(param\(\$WordToComplete, \$CommandAst, \$CursorPosition\)\n)/,
    `$1
    # The program completes the values of flags.
    $Typed = @($CommandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.Extent.Text })
    if ($WordToComplete -eq "") { $Typed += "" }
    if ($Typed.Count -gt 1 -and $Typed[-2] -like "-*" -and $WordToComplete -notlike "-*") {
      $Values = @(& ${bin} ${MARK} -- @Typed 2>$null)
      if ($LASTEXITCODE -eq 0) {
        $Values | ForEach-Object {
          $Quoted = if ($_ -match "^[\\w./:@-]+$") { $_ } else { "'" + $_.Replace("'", "''") + "'" }
          [System.Management.Automation.CompletionResult]::new($Quoted, $_, "ParameterValue", $_)
        }
        return
      }
    }
`,
  )
