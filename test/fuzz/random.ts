/** Random whole numbers from 0 to `below` - 1; the same ones for the same seed (xorshift32). */
export type Random = (below: number) => number

export const randomOf = (seed: number): Random => {
  let state = mixed(seed) || 1
  return (below) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

/** Spreads a number over 32 bits, so that neighbouring seeds have nothing in common. */
export const mixed = (seed: number): number => {
  let hash = seed | 0
  hash = Math.imul(hash ^ (hash >>> 16), 0x21f0aaad)
  hash = Math.imul(hash ^ (hash >>> 15), 0x735a2d97)
  return hash ^ (hash >>> 15)
}

/** A number for a text. */
export const numberOf = (text: string): number => {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash
}
