/**
 * Bundles what the program imports on use, a file for each package. Both of its bundles, and the exec lane's CommonJS as
 * well as the ES modules that oclif loads, import them by the same names: `#package/<file>` of package.json.
 */
import {createRequire, isBuiltin} from 'node:module'
import {isAbsolute} from 'node:path'
import {pathToFileURL} from 'node:url'

import {build, type Metafile} from 'esbuild'

/** Packages that stay packages: third-party plugins bring the same. */
const INSTALLED = /^@oclif\//

/** Whether an import, as it stands in the source, is of a package that is bundled by itself. */
export const isBundledPackage = (name: string): boolean =>
  !/^[.#]/.test(name) && !isAbsolute(name) && !isBuiltin(name) && !INSTALLED.test(name)

/** The name by which the bundles import a package. */
export const importedAs = (name: string): string => `#package/${fileOf(name)}`

const fileOf = (name: string): string => name.replaceAll(/[@/]+/g, '-').replace(/^-/, '')

/** Names of packages, with a directory from where they are found: one that another package needs may be its own. */
export type Packages = ReadonlyMap<string, string>

/**
 * Writes packages into dist/packages.
 *
 * @returns what became part of them
 */
export const bundlePackages = async (packages: Packages, root: string): Promise<Metafile> => {
  const {metafile} = await build({
    absWorkingDir: root,
    entryPoints: [...packages.keys()].map((name) => ({in: `names:${name}`, out: fileOf(name)})),
    outdir: 'dist/packages',
    outExtension: {'.js': '.cjs'},
    bundle: true,
    minify: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    logLevel: 'warning',
    metafile: true,
    plugins: [
      {
        // Gives a CommonJS package the names that Node gives it: esbuild knows none of them.
        name: 'named-exports',
        setup: (bundler) => {
          bundler.onResolve({filter: /^names:/}, ({path}) => ({path: path.slice('names:'.length), namespace: 'names'}))
          bundler.onLoad({filter: /.*/, namespace: 'names'}, async ({path}) => {
            const resolveDir = packages.get(path) ?? root
            const {path: file} = await bundler.resolve(path, {kind: 'import-statement', resolveDir})
            const module = (await import(pathToFileURL(file).href)) as {default?: unknown}
            // A package that is a function has to be one for `import` as well.
            if (typeof module.default === 'function' && module.default === requireIfCommonJs(file))
              return {contents: `module.exports = require('${path}')`, resolveDir}
            const names = Object.keys(module)
            return {contents: `export {${names.filter(isIdentifier).join(', ')}} from '${path}'`, resolveDir}
          })
        },
      },
    ],
  })
  return metafile
}

const requireIfCommonJs = (file: string): unknown => {
  try {
    return createRequire(file)(file)
  } catch {
    return undefined
  }
}

const isIdentifier = (name: string): boolean => /^[A-Za-z_$][\w$]*$/.test(name)
