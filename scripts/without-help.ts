import type {Plugin} from 'rollup'

/** What only help shows of an option. */
const HELP_ONLY = new Set(['description', 'helpGroup', 'isRare', 'placeholder'])

/** Takes the texts of help out of the options: the exec lane shows none, and reads its bundle at every start. */
export const withoutHelp: Plugin = {
  name: 'without-help',
  transform(code, id) {
    if (!/[/\\]options[/\\](\w+-)*definitions\.ts$/.test(id)) return null
    let rest = ''
    let at = 0
    for (const {start, end} of helpProperties(this.parse(code))) {
      rest += code.slice(at, start)
      // With the comma behind it.
      at = end + (/^\s*,/.exec(code.slice(end))?.[0].length ?? 0)
      // What follows stays where it is, so that its source map holds.
      rest += code.slice(start, at).replaceAll(/[^\n]/g, ' ')
    }
    return {code: rest + code.slice(at), map: null}
  },
}

interface Range {
  readonly start: number
  readonly end: number
}

/** The properties with such a text, in their order. */
const helpProperties = (node: unknown): readonly Range[] => {
  if (typeof node !== 'object' || node === null) return []
  const {type, key, value} = node as {type?: unknown; key?: {name?: unknown}; value?: {type?: unknown}}
  const isHelp = type === 'Property' && HELP_ONLY.has(String(key?.name)) && value?.type === 'Literal'
  return isHelp ? [node as Range] : Object.values(node).flatMap(helpProperties)
}
