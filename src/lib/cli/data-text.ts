import {printableLines} from '../base/printable.ts'
import {loadYaml} from '../yaml/yaml-library.ts'

/**
 * JSON that is safe on a terminal: others may have chosen names in it. JSON itself escapes only the control characters
 * of ASCII; here the others and the format characters (bidirectional, invisible) are escaped, too. The value stays the
 * same.
 *
 * @param indent - the number of spaces; one line if absent
 */
export const jsonText = (value: unknown, indent?: number): string =>
  JSON.stringify(value, undefined, indent).replaceAll(/(?!\n)[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) =>
    // By code units: characters beyond U+FFFF have two.
    Array.from({length: character.length}, (_, at) => escaped(character.charCodeAt(at))).join(''),
  )

const escaped = (unit: number): string => `\\u${unit.toString(16).padStart(4, '0')}`

/**
 * YAML that is safe on a terminal. YAML leaves most of these characters as they are, and a plain text cannot escape
 * them: here they become U+FFFD.
 *
 * @returns text with a final newline
 */
export const yamlText = async (value: object): Promise<string> => {
  const cleaned = JSON.stringify(value, (_, part: unknown) => (typeof part === 'string' ? printableLines(part) : part))
  return (await loadYaml()).format(JSON.parse(cleaned) as object, false)
}
