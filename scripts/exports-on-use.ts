import type {Plugin} from 'rollup'

/**
 * Lets the entry's chunk export to the others when they ask for it, which in most runs none does: to set dozens of exports
 * takes longer than to parse the command line. What the entry itself exports, by the same name, stays.
 *
 * @param entry - name of the entry's chunk
 */
export const exportsOnUse = (entry: string): Plugin => ({
  name: 'exports-on-use',
  renderChunk(code, {name, exports}, {entryFileNames}) {
    if (name !== entry) {
      const file = String(entryFileNames).replace('[name]', entry)
      return {code: code.replaceAll(`require('./${file}')`, (call) => `${call}.shared()`), map: null}
    }
    const shared: string[] = []
    const rest = code.replaceAll(/^exports\.([\w$]+) = ([\w$]+);$\n?/gm, (line, exported: string, local: string) => {
      if (exported === entry) return line
      shared.push(`${exported}: ${local}`)
      return ''
    })
    if (shared.length + 1 !== exports.length) this.error('an export is set in a way that is not known')
    return {code: `${rest}exports.shared = () => ({${shared.join(', ')}});\n`, map: null}
  },
})
