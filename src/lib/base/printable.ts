/** Makes a foreign text safe to print: on one line, without control and format characters. */
export const printable = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
