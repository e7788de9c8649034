/** What is changed in packages when they are bundled: deprecated calls, of which Node warns if it is told to. */
import {readFile} from 'node:fs/promises'

import type {Plugin} from 'esbuild'

interface Patch {
  /** The end of the file's path. */
  readonly file: RegExp
  readonly changes: readonly (readonly [before: string, after: string])[]
}

const PATCHES: readonly Patch[] = [
  // `process.binding`, which both call when they are loaded.
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
