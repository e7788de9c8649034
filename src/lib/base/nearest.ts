/**
 * What was probably meant by a mistyped word: the same letters without hyphens or in another case, a name that begins or
 * ends with it as a word, or the one that differs by the fewest letters, two at most and a third of the word.
 *
 * @returns several where they are equally near; none if nothing is
 */
export const nearest = (word: string, known: readonly string[]): readonly string[] => {
  const bare = letters(word)
  if (bare.length < 2) return []
  const limit = Math.min(2, Math.floor(bare.length / 3))
  const distance = (name: string): number => {
    if (letters(name) === bare) return 0
    if (isPartOf(word.toLowerCase(), name)) return 1 + name.length / 1000
    const other = letters(name)
    // Somebody may have pasted a whole file there: comparing it letter by letter takes seconds.
    const changes = Math.abs(bare.length - other.length) <= limit ? distanceOf(bare, other) : Number.POSITIVE_INFINITY
    return changes <= limit ? 1 + changes : Number.POSITIVE_INFINITY
  }
  const ranked = known.map((name) => ({name, distance: distance(name)}))
  const least = Math.min(...ranked.map((candidate) => candidate.distance))
  if (least === Number.POSITIVE_INFINITY) return []
  return [...new Set(ranked.filter((candidate) => candidate.distance === least).map(({name}) => name))]
}

const letters = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '')

/** Such as `--region` of `--region-id`, `get-token` of `credential-plugin get-token`. */
const isPartOf = (word: string, name: string): boolean =>
  name.startsWith(`${word}-`) || name.startsWith(`${word} `) || name.endsWith(` ${word}`)

/** The number of letters to add, leave out, exchange, or swap with the next one. */
const distanceOf = (one: string, other: string): number => {
  const rows = Array.from({length: one.length + 1}, (_, i) =>
    Array.from({length: other.length + 1}, (_, j) => (i === 0 ? j : j === 0 ? i : 0)),
  )
  const at = (i: number, j: number): number => rows[i]?.[j] ?? 0
  for (let i = 1; i <= one.length; i += 1)
    for (let j = 1; j <= other.length; j += 1) {
      const cost = one[i - 1] === other[j - 1] ? 0 : 1
      let least = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + cost)
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1])
        least = Math.min(least, at(i - 2, j - 2) + 1)
      rows[i]![j] = least
    }
  return at(one.length, other.length)
}
