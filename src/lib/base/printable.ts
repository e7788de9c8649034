/** Makes a foreign text safe to print: on one line, without control and format characters. */
export const printable = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ')

/**
 * Text of several lines for a terminal: what would steer it (control characters, bidirectional and invisible ones)
 * becomes U+FFFD. Others may have chosen names of profiles, clusters and roles in it.
 */
export const printableLines = (text: string): string => text.replaceAll(/(?![\n\t])[\p{Cc}\p{Cf}]/gu, '\uFFFD')

/** The first line of a text. */
export const firstLine = (text: string): string => text.split('\n', 1)[0] ?? ''
