import {dirname, resolve} from 'node:path'
import {fileURLToPath} from 'node:url'

import {transform} from 'esbuild'
import type {Plugin} from 'rollup'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Modules that an engine has its own way for, by the path that they take the place of. */
export type Replacements = Readonly<Record<string, string>>

/**
 * Lets Rollup read TypeScript.
 *
 * @param constants - what global names stand for, in what is built
 * @param replacements - paths from the root of the project
 */
export const typescript = (constants: Readonly<Record<string, string>>, replacements: Replacements = {}): Plugin => {
  const define = Object.fromEntries(Object.entries(constants).map(([name, value]) => [name, JSON.stringify(value)]))
  return {
    name: 'typescript',
    resolveId: (id, importer) => {
      if (importer === undefined || !id.startsWith('.')) return null
      const path = resolve(dirname(importer), id)
      const replacement = Object.entries(replacements).find(([replaced]) => path === resolve(root, replaced))?.[1]
      return replacement === undefined ? path : resolve(root, replacement)
    },
    transform: async (code, id) => {
      const {code: javascript, map} = await transform(code, {
        loader: 'ts',
        target: 'node20.19',
        define,
        sourcemap: 'external',
        sourcefile: id,
      })
      return {code: javascript, map}
    },
  }
}
