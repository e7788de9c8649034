/** The characters that roff would change, or take for more than themselves; in an order that changes none twice. */
const ESCAPES: readonly (readonly [RegExp, string])[] = [
  [/\\/g, String.raw`\e`],
  // A plain one becomes a hyphen, which no shell takes for a minus.
  [/-/g, String.raw`\-`],
  [/'/g, String.raw`\(aq`],
  [/`/g, String.raw`\(ga`],
  [/\^/g, String.raw`\(ha`],
  [/~/g, String.raw`\(ti`],
  [/"/g, String.raw`\(dq`],
  // Where a long list of values may be broken.
  [/\|/g, String.raw`|\:`],
]

/**
 * A text for roff, as it is: of the text nothing is taken for a request, an escape or a typographic sign.
 *
 * @see man-pages(7), groff_char(7)
 */
export const roff = (text: string): string => {
  const escaped = ESCAPES.reduce((done, [sign, escape]) => done.replace(sign, escape), text)
  return escaped.replaceAll(/^(?=\.)/gm, String.raw`\&`)
}

/** Words in bold, as what is typed. */
export const bold = (text: string): string => `\\fB${roff(text)}\\fR`

/** Words in italics, as what stands for a value. */
export const italic = (text: string): string => `\\fI${roff(text)}\\fR`
