/**
 * A text as one word of bash and zsh. Without a backslash: oclif tells people to hand the line to `printf`.
 */
export const posixWord = (text: string): string =>
  /^[\w./@:+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'"'"'`)}'`

/** A text as one word of fish: inside of single quotes a backslash escapes a quote, and itself. */
export const fishWord = (text: string): string => `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`

/** A text as one word of PowerShell, which takes typographic quotes for plain ones. */
export const powerShellWord = (text: string): string => `'${text.replaceAll(/['\u2018-\u201B]/g, '$&$&')}'`
