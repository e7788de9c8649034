import {fishWord, posixQuoted, powerShellWord} from '../base/shell-words.ts'

/** The kinds of shell that variables are written for; `sh` is every shell with POSIX's rules. */
export type ShellName = 'sh' | 'fish' | 'powershell'

/** A line that sets and exports a variable, whatever the value holds. */
export const exportLine = (shell: ShellName, name: string, value: string): string => {
  if (shell === 'fish') return `set -gx ${name} ${fishWord(value)}`
  return shell === 'powershell' ? `$env:${name} = ${powerShellWord(value)}` : `export ${name}=${posixQuoted(value)}`
}

/** A line that removes a variable. */
export const removeLine = (shell: ShellName, name: string): string => {
  if (shell === 'fish') return `set -e ${name}`
  return shell === 'powershell' ? `Remove-Item Env:${name} -ErrorAction SilentlyContinue` : `unset ${name}`
}

/**
 * A line of a `.env` file. Programs differ in which quotes they know, and some know none, so there are none unless the
 * value needs them.
 */
export const dotenvLine = (name: string, value: string): string => {
  if (/^[\w./:@+=,-]*$/.test(value)) return `${name}=${value}`
  if (!value.includes("'")) return `${name}='${value}'`
  return `${name}="${value.replaceAll(/["\\$`]/g, String.raw`\$&`)}"`
}
