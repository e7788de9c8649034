import {readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {posixWord} from '../../base/shell-words.ts'
import {completedOptions} from './value-kinds.ts'

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
      () => `  COMPREPLY=()

  # The program completes the values of flags.
  if [[ "\${COMP_WORDS[COMP_CWORD-1]}" == -* || "\${COMP_WORDS[COMP_CWORD-1]}" == "=" || "$cur" == "=" ]]; then
    local values status value described="" typed="$cur" tab=$'\\t'
    values="$(${bin} ${MARK} --described -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)"
    status=$?
    [[ "$typed" == "=" ]] && typed=""
    if [[ $status -eq 2 ]]; then
      # A path: bash knows files. Versions before 4 have no compopt.
      compopt -o default 2>/dev/null && return 0
      while IFS= read -r value; do COMPREPLY+=("$value"); done < <(compgen -f -- "$typed")
      return 0
    elif [[ $status -eq 0 ]]; then
      # Descriptions stand beside several values, and are not what is inserted. Others have written them: where all of a line
      # is inserted after all, the parenthesis is a syntax error, and nothing runs.
      [[ "$values" == *$'\\n'* && "\${COMP_TYPE:-9}" != 37 && "\${COMP_TYPE:-9}" != 42 ]] && described=1
      # Not by compgen, which expands its words.
      while IFS= read -r value; do
        [[ -z "$value" ]] && continue
        if [[ -n "$described" && "$value" == *"$tab"* ]]; then
          COMPREPLY+=("$(printf '%q' "\${value%%$tab*}")  (\${value#*$tab})")
        else
          COMPREPLY+=("$(printf '%q' "\${value%%$tab*}")")
        fi
      done <<< "$values"
      return 0
    fi
  fi
  # Flags may follow other flags: only the words before the first one are the command.
  local commandEnd=1
  while [[ $commandEnd -lt $COMP_CWORD && "\${COMP_WORDS[commandEnd]}" != -* ]]; do commandEnd=$((commandEnd + 1)); done
`,
    )
    .replace('"${COMP_WORDS[@]:1:($COMP_CWORD - 1)}"', '"${COMP_WORDS[@]:1:commandEnd - 1}"')
    .replace(/^ *opts=.*\| grep "\$\{normalizedCommand\}" \| sed .*$/m, () => FLAGS_IN_BASH)

/** Not by grep and sed, which would take what was typed for patterns. Behind a command may be its arguments. */
const FLAGS_IN_BASH = `    local line
    opts=""
    while [[ -z "$opts" && -n "$normalizedCommand" ]]; do
      while IFS= read -r line; do
        [[ "\${line%% *}" == "$normalizedCommand" ]] && opts="\${line#* }"
      done <<< "$commands"
      [[ "$normalizedCommand" == *:* ]] && normalizedCommand="\${normalizedCommand%:*}" || normalizedCommand=""
    done`

const inZsh = (text: string, bin: string): string => {
  const asked = new RegExp(`^(.*--(?:${completedOptions().join('|')})[}"].*):file:_files"`, 'gm')
  const ask = `_${bin}_value() {
  local -a lines values shown
  local line tab=$'\\t'
  lines=(\${(f)"$(${bin} ${MARK} --described -- "\${(@)typed}" 2>/dev/null)"})
  for line in "\${(@)lines}"; do
    values+=("\${line%%$tab*}")
    shown+=("\${line/$tab/  -- }")
  done
  if [[ "\${(j::)lines}" == *"$tab"* ]]; then
    compadd -l -d shown -a values
  else
    compadd -a values
  fi
}

`
  // Before _arguments takes words away. Other commands may stand before this one in the line.
  const begin = `_${bin}() {
  local -a typed=("\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}")
`
  return text.replace(asked, `$1:value:_${bin}_value"`).replace(`\n_${bin}() {\n`, () => `\n${ask}${begin}`)
}

const inPowerShell = (text: string, bin: string): string =>
  text.replace(
    /(param\(\$WordToComplete, \$CommandAst, \$CursorPosition\)\n)/,
    `$1
    # The program completes the values of flags.
    $Typed = @($CommandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.Extent.Text })
    if ($WordToComplete -eq "") { $Typed += "" }
    if ($Typed.Count -gt 1 -and $Typed[-2] -like "-*" -and $WordToComplete -notlike "-*") {
      $Values = @(& ${bin} ${MARK} --described -- @Typed 2>$null)
      # A path: PowerShell knows files.
      if ($LASTEXITCODE -eq 2) { return }
      if ($LASTEXITCODE -eq 0) {
        $Values | ForEach-Object {
          $Value, $Description = $_ -split [char]9, 2
          # PowerShell takes typographic quotes for plain ones, and @ for an array of arguments.
          $Quoted = if ($Value -match "^[\\w./:][\\w./:@-]*$") { $Value } else {
            "'" + ($Value -replace "['\\u2018-\\u201B]", '$0$0') + "'"
          }
          $Shown = if ($Description) { "$Value  ($Description)" } else { $Value }
          $Hint = if ($Description) { $Description } else { $Value }
          [System.Management.Automation.CompletionResult]::new($Quoted, $Shown, "ParameterValue", $Hint)
        }
        return
      }
    }
`,
  )
