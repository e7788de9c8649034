/** Stands for any text, an empty one too. */
export const ANY_TEXT = Symbol('*')
/** Stands for one character. */
export const ANY_CHARACTER = Symbol('?')

/** A part of a pattern: a character that stands for itself, or one of the two above. */
export type PatternPart = string | typeof ANY_TEXT | typeof ANY_CHARACTER

/** The parts of a pattern in which `*` and `?` always have their meaning. */
export const patternParts = (pattern: string): readonly PatternPart[] => Array.from(pattern, partOf)

/** The parts of a pattern in which a backslash takes the meaning of the next character away. */
export const escapedPatternParts = (pattern: string): readonly PatternPart[] =>
  Array.from(pattern.matchAll(/\\?[^]/gu), ([part]) =>
    part.length > 1 && part.startsWith('\\') ? part.slice(1) : partOf(part),
  )

const partOf = (character: string): PatternPart => {
  if (character === '*') return ANY_TEXT
  return character === '?' ? ANY_CHARACTER : character
}

/**
 * Whether a pattern matches all that a text stands for, which may be a pattern itself. Without a regular expression, which
 * could try for years where a pattern has many stars.
 *
 * @param text - the parts of a pattern, or the characters of a text
 */
export const covers = (pattern: readonly PatternPart[], text: readonly PatternPart[]): boolean => {
  let [inPattern, inText] = [0, 0]
  /** The last star, and how much of the text it stands for so far: only that can be wrong. */
  let [star, starEnd] = [-1, 0]
  while (inText < text.length) {
    const wanted = pattern[inPattern]
    if (wanted === ANY_TEXT) [star, starEnd, inPattern] = [inPattern, inText, inPattern + 1]
    else if (wanted === text[inText] || (wanted === ANY_CHARACTER && text[inText] !== ANY_TEXT)) {
      inPattern += 1
      inText += 1
    } else if (star === -1) return false
    else {
      starEnd += 1
      ;[inPattern, inText] = [star + 1, starEnd]
    }
  }
  while (pattern[inPattern] === ANY_TEXT) inPattern += 1
  return inPattern === pattern.length
}
