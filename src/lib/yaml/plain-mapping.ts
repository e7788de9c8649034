/** A key of a mapping with its value, and the line on which it is written, from 1. */
export interface WrittenEntry {
  readonly key: string
  readonly value: unknown
  readonly line: number
}

/** A name, and a value that is the same text in every version of YAML: a word, a path, a host, a duration; or a boolean. */
const ENTRY = /^([a-z][a-z-]*):[ ]+([a-zA-Z/][\w./:@-]*|(?:\d+(?:ms|[smh]))+)$/
/** Words that are booleans, nothing or numbers in some version of YAML. */
const OTHER_THAN_TEXT = /^(?:y|yes|n|no|on|off|true|false|null|nan|inf)$/i

/**
 * Reads a text of lines such as `timeout: 30s`, without what loads the YAML library: that takes longer than a whole token.
 *
 * @returns undefined for every other text: only the library knows what it means
 */
export const plainMapping = (text: string): readonly WrittenEntry[] | undefined => {
  const entries: WrittenEntry[] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (/^ *(?:#[\t\u0020-\u007E]*)?$/.test(line)) continue
    const [, key, word = ''] = ENTRY.exec(line.replace(/ +$/, '')) ?? []
    const isBoolean = word === 'true' || word === 'false'
    if (key === undefined || line.includes('\t') || line.includes('\r') || word.endsWith(':')) return undefined
    if (OTHER_THAN_TEXT.test(key) || (!isBoolean && OTHER_THAN_TEXT.test(word))) return undefined
    if (entries.some((entry) => entry.key === key)) return undefined
    entries.push({key, value: isBoolean ? word === 'true' : word, line: index + 1})
  }
  return entries
}
