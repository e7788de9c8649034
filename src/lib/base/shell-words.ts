/** A text in quotes as one word of sh, bash and zsh. Without a backslash of its own, for {@link posixFormatWord}. */
export const posixQuoted = (text: string): string => `'${text.replaceAll("'", `'"'"'`)}'`

/** The same without quotes where none are needed: zsh takes a word that begins with `=` for the path of a program. */
export const posixWord = (text: string): string =>
  /^[\w./:@%+,-][\w./:@%+=,-]*$/.test(text) ? text : posixQuoted(text)

/**
 * The same for bash and zsh as a part of a line that oclif tells people to hand to `printf` as its format: also as printed
 * so, it is a word for that text.
 */
export const posixFormatWord = (text: string): string =>
  text.includes('%') ? posixQuoted(text).replaceAll('%', () => PERCENT) : posixWord(text)

/** By its number: `printf` makes a % of it, and the shell does. */
const PERCENT = String.raw`'$'\045''`

/** A text as one word of fish: inside of single quotes a backslash escapes a quote, and itself. */
export const fishWord = (text: string): string => `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`

/** A text as one word of PowerShell, which takes typographic quotes for plain ones. */
export const powerShellWord = (text: string): string => `'${text.replaceAll(/['\u2018-\u201B]/g, '$&$&')}'`

/** A word of a command line for this platform's usual shell, in quotes where it needs them. */
export const shellWord = (value: string, platform: NodeJS.Platform): string => {
  if (platform !== 'win32') return posixWord(value)
  // In PowerShell a comma makes a list, and an @ stands for one.
  return /^[\w./:+=-]+$/.test(value) ? value : powerShellWord(value)
}

/** A word that ends with the value of a variable; where that is not set, a POSIX shell says so and runs nothing. */
export const shellVariableWord = (before: string, variable: string, platform: NodeJS.Platform): string =>
  platform === 'win32' ? `"${before}$env:${variable}"` : `"${before}\${${variable}:?}"`
