/**
 * Bundles the program as ES modules: the folder shape that oclif looks for, and everything that is shared or loaded on
 * use in chunks. oclif and its plugins stay packages, since plugins of others bring the same.
 */
import {readdir, readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

import {build, type Metafile, type Plugin} from 'esbuild'

import {buildCommit} from './build-commit.ts'
import {importedAs, isBundledPackage, type Packages} from './bundle-packages.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Leaves what is imported on use to the files of `bundle-packages.ts`. */
const packagesOnUse = (packages: Map<string, string>): Plugin => ({
  name: 'packages-on-use',
  setup: (bundler) => {
    bundler.onResolve({filter: /^[^./]/}, ({path, kind, resolveDir}) => {
      if (kind !== 'dynamic-import' || !isBundledPackage(path)) return undefined
      packages.set(path, resolveDir)
      return {path: importedAs(path), external: true}
    })
  },
})

/**
 * Writes the bundle into dist.
 *
 * @returns what became part of it, and the packages that it imports on use, with the directory of who does
 */
export const bundleFull = async (): Promise<{readonly metafile: Metafile; readonly packages: Packages}> => {
  const packages = new Map<string, string>()
  const commands = (await readdir(join(root, 'src/commands'), {recursive: true, withFileTypes: true}))
    .filter((entry) => entry.isFile())
    .map(({parentPath, name}) => join(parentPath, name))
    // They come in the order of the file system.
    .toSorted()

  const {version} = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {version: string}
  const {metafile} = await build({
    absWorkingDir: root,
    entryPoints: [
      'src/start/main.ts',
      'src/start/plugin-process.ts',
      'src/index.ts',
      'src/lib/cli/help/ack-help.ts',
      'src/hooks/prerun.ts',
      'src/hooks/postrun.ts',
      ...commands,
    ],
    define: {PACKAGE_VERSION: JSON.stringify(version), BUILD_COMMIT: JSON.stringify(buildCommit())},
    outbase: 'src',
    outdir: 'dist',
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    external: ['@oclif/core', '@oclif/core/*', '@oclif/plugin-autocomplete', '@oclif/plugin-help'],
    plugins: [packagesOnUse(packages)],
    sourcemap: true,
    metafile: true,
    logLevel: 'warning',
    // What the CommonJS packages among those that are bundled call.
    banner: {
      js: "import {createRequire as requireFrom} from 'node:module'; const require = requireFrom(import.meta.url);",
    },
  })

  return {metafile, packages}
}
