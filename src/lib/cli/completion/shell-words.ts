/**
 * A text as one word of bash and zsh. Without a backslash: oclif tells people to hand the line to `printf`.
 */
export const posixWord = (text: string): string =>
  /^[\w./@:+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'"'"'`)}'`

/** A text as one word of PowerShell. */
export const powerShellWord = (text: string): string => `'${text.replaceAll("'", "''")}'`
