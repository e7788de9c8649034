/** What is changed in packages when they are bundled: what they do when they are loaded, and what Node may be told to forbid. */
import {readFile} from 'node:fs/promises'

import type {Plugin} from 'esbuild'

interface Patch {
  /** The end of the file's path. */
  readonly file: RegExp
  readonly changes: readonly (readonly [before: string, after: string])[]
}

/** Most templates only name texts, for which ejs need not make code, which `--disallow-code-generation-from-strings` forbids. */
const FILL_PLAIN = `const plain = typeof template !== 'string' ? '<%' : template.replace(/<%= ?([\\w$.]+) ?%>/g, (tag, path) => {
    const value = path.split('.').reduce((found, name) => found?.[name], d)
    return typeof value === 'string' && !/[&<>"']/.test(value) ? value : tag
  })
  if (!/<%|%>/.test(plain)) return plain`

const PATCHES: readonly Patch[] = [
  // `process.binding` is deprecated, of which Node warns, or makes an error, if it is told to.
  {
    file: /[\\/]lodash[\\/](lodash|_nodeUtil)\.js$/,
    changes: [["freeProcess && freeProcess.binding && freeProcess.binding('util')", "require('util').types"]],
  },
  {
    file: /[\\/]safer-buffer[\\/]safer\.js$/,
    changes: [["process.binding('buffer').kStringMaxLength", 'buffer.constants.MAX_STRING_LENGTH']],
  },
  {
    file: /[\\/]ejs[\\/]lib[\\/](cjs|esm)[\\/]ejs\.js$/,
    changes: [
      ["(new Function('return this;'))()", 'globalThis'],
      ['ejs.render = function (template, d, o) {', `ejs.render = function (template, d, o) {\n  ${FILL_PLAIN}`],
    ],
  },
]

/** Bundles packages with these changes. The build fails where a package has changed, so that one would have no effect. */
export const patchedPackages: Plugin = {
  name: 'patched-packages',
  setup: (bundler) => {
    for (const {file, changes} of PATCHES)
      bundler.onLoad({filter: file}, async ({path}) => {
        let contents = await readFile(path, 'utf8')
        for (const [before, after] of changes) {
          if (!contents.includes(before))
            throw new Error(`${path} has no ${before} any more: see whether it still needs a patch`)
          contents = contents.replaceAll(before, () => after)
        }
        return {contents}
      })
  },
}
