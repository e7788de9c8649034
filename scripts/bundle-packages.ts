/**
 * Bundles what the program imports on use, a file for each package. Both of its bundles, and the exec lane's CommonJS as
 * well as the ES modules that oclif loads, import them by the same names: `#package/<file>` of package.json.
 */
import {isBuiltin} from 'node:module'
import {isAbsolute} from 'node:path'

import {build, type Metafile} from 'esbuild'

/** Packages that stay packages: third-party plugins bring the same. */
const INSTALLED = /^@oclif\//

/** Whether an import, as it stands in the source, is of a package that is bundled by itself. */
export const isBundledPackage = (name: string): boolean =>
  !/^[.#]/.test(name) && !isAbsolute(name) && !isBuiltin(name) && !INSTALLED.test(name)

/** The name by which the bundles import a package. */
export const importedAs = (name: string): string => `#package/${fileOf(name)}`

const fileOf = (name: string): string => name.replaceAll(/[@/]+/g, '-').replace(/^-/, '')

/**
 * Writes packages into dist/packages.
 *
 * @param names - as the source imports them
 * @returns what became part of them
 */
export const bundlePackages = async (names: ReadonlySet<string>, root: string): Promise<Metafile> => {
  const {metafile} = await build({
    absWorkingDir: root,
    entryPoints: [...names].map((name) => ({in: `names:${name}`, out: fileOf(name)})),
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
          bundler.onLoad({filter: /.*/, namespace: 'names'}, async ({path}) => ({
            contents: `export {${Object.keys((await import(path)) as object)
              .filter((name) => /^[A-Za-z_$][\w$]*$/.test(name))
              .join(', ')}} from '${path}'`,
            resolveDir: root,
          }))
        },
      },
    ],
  })
  return metafile
}
