/** What is changed in packages when they are bundled. */
import {readFile} from 'node:fs/promises'

import type {Plugin} from 'esbuild'

import {withRequiresOnUse} from './requires-on-use.ts'

interface Patch {
  /** The end of the file's path. */
  readonly file: RegExp
  readonly changes?: readonly (readonly [before: string, after: string])[]
  readonly rewritten?: (code: string) => string
}

const PATCHES: readonly Patch[] = [
  // The launcher has looked at Node's version, and in a bundle oclif does not find which one it needs itself.
  {file: /[\\/]@oclif[\\/]core[\\/]lib[\\/]index\.js$/, changes: [['\ncheckNodeVersion();', '']]},
  {
    // The first comparison by the rules of a language takes a third of the time of an empty Node, and these are all ASCII.
    file: /[\\/]@oclif[\\/]core[\\/]lib[\\/]config[\\/]plugin\.js$/,
    changes: [['a.id.localeCompare(b.id)', '(a.id < b.id ? -1 : 1)']],
  },
  {file: /[\\/]@oclif[\\/]core[\\/]lib[\\/].*\.js$/, rewritten: withRequiresOnUse},
  // `process.binding`, which both call when they are loaded, and of which Node warns if it is told to.
  {
    file: /[\\/]lodash[\\/](lodash|_nodeUtil)\.js$/,
    changes: [["freeProcess && freeProcess.binding && freeProcess.binding('util')", "require('util').types"]],
  },
  {
    file: /[\\/]safer-buffer[\\/]safer\.js$/,
    changes: [["process.binding('buffer').kStringMaxLength", 'buffer.constants.MAX_STRING_LENGTH']],
  },
]

/** Bundles packages with these changes. The build fails where a package has changed, so that one would have no effect. */
export const patchedPackages: Plugin = {
  name: 'patched-packages',
  setup: (bundler) => {
    bundler.onLoad({filter: /\.js$/}, async ({path}) => {
      const patches = PATCHES.filter(({file}) => file.test(path))
      if (patches.length === 0) return undefined
      let contents = await readFile(path, 'utf8')
      for (const {changes = [], rewritten} of patches) {
        for (const [before, after] of changes) {
          if (!contents.includes(before))
            throw new Error(`${path} has no ${before} any more: see whether it still needs a patch`)
          contents = contents.replaceAll(before, () => after)
        }
        if (rewritten) contents = rewritten(contents)
      }
      return {contents}
    })
  },
}
