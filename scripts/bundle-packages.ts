/**
 * Bundles the packages that the program imports, a file for each. Both of its bundles, the exec lane's CommonJS and the
 * ES modules that oclif loads, import them by the same names: `#package/<file>` of package.json.
 */
import {mkdir, writeFile} from 'node:fs/promises'
import {createRequire, isBuiltin} from 'node:module'
import {isAbsolute, join} from 'node:path'
import {pathToFileURL} from 'node:url'

import {build} from 'esbuild'

import {patchedPackages} from './patched-packages.ts'

/** Plugins of oclif, which it loads as packages. */
const PLUGINS = /^@oclif\/plugin-(help|autocomplete)$/

const OCLIF = 'oclif-core'

/** Whether an import, as it stands in the source, is of a package that is bundled by itself. */
export const isBundledPackage = (name: string): boolean =>
  !/^[.#]/.test(name) && !isAbsolute(name) && !isBuiltin(name) && !PLUGINS.test(name)

/** The name by which the bundles import a package. What a package has in several modules is in one file. */
export const importedAs = (name: string): string => `#package/${fileOf(name)}`

const fileOf = (name: string): string => packageOf(name).replaceAll(/[@/]+/g, '-').replace(/^-/, '')

const packageOf = (name: string): string => /^(?:@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name

/** Names of what is imported, such as `@oclif/core/help`. */
export type Packages = ReadonlySet<string>

/**
 * What ES modules take of a package, by the name by which they import it; undefined for all: it may be anything where the
 * package is imported on use.
 */
export type NamesOf = (imported: string) => ReadonlySet<string> | undefined

/**
 * Writes packages into dist/packages.
 *
 * @returns the files that became part of them
 */
export const bundlePackages = async (
  imported: Packages,
  namesOf: NamesOf,
  root: string,
): Promise<readonly string[]> => {
  const files = new Map<string, string[]>()
  for (const name of imported) files.set(fileOf(name), [...(files.get(fileOf(name)) ?? []), name])
  await mkdir(join(root, 'dist/packages'), {recursive: true})
  const parts = await Promise.all([...files].map(([file, names]) => bundlePackage(file, names, namesOf, root)))
  return parts.flat()
}

/** All that is imported of one package, in one file. */
const bundlePackage = async (
  file: string,
  names: readonly string[],
  namesOf: NamesOf,
  root: string,
): Promise<readonly string[]> => {
  const {metafile} = await build({
    absWorkingDir: root,
    entryPoints: [{in: 'names', out: file}],
    outdir: 'dist/packages',
    outExtension: {'.js': '.cjs'},
    bundle: true,
    minifySyntax: true,
    minifyWhitespace: true,
    // Its errors are told apart by the names of their classes.
    minifyIdentifiers: file !== OCLIF,
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    logLevel: 'warning',
    metafile: true,
    // What ES modules among them call themselves.
    define: {'import.meta.url': 'urlOfThisFile'},
    banner: {js: "const urlOfThisFile = require('node:url').pathToFileURL(__filename).href;"},
    plugins: [
      patchedPackages,
      {
        name: 'one-oclif',
        setup: (bundler) => {
          bundler.onResolve({filter: /^@oclif\/core(\/|$)/}, ({path}) =>
            file === OCLIF ? undefined : {path: importedAs(path), external: true},
          )
        },
      },
      {
        // Gives a CommonJS package the names that Node gives it: esbuild knows none of them.
        name: 'named-exports',
        setup: (bundler) => {
          bundler.onResolve({filter: /^names$/}, ({path}) => ({path, namespace: 'names'}))
          bundler.onLoad({filter: /.*/, namespace: 'names'}, async () => {
            const exported = new Map<string, string>()
            let isFunction = false
            for (const name of names) {
              const {path} = await bundler.resolve(name, {kind: 'import-statement', resolveDir: root})
              const module = (await import(pathToFileURL(path).href)) as {default?: unknown}
              // A package that is a function has to be one for `import` as well.
              isFunction ||= typeof module.default === 'function' && module.default === requireIfCommonJs(path)
              for (const key of Object.keys(module))
                if (isIdentifier(key) && !exported.has(key)) exported.set(key, name)
            }
            const used = namesOf(importedAs(file))
            const taken = [...exported.keys()].filter((key) => used?.has(key) ?? true)
            await writeFacade(root, file, isFunction ? [] : taken)
            const lines = isFunction
              ? names.map((name) => `module.exports = require('${name}')`)
              : [...exported].map(([key, from]) => `export {${key}} from '${from}'`)
            return {contents: lines.join('\n'), resolveDir: root}
          })
        },
      },
    ],
  })
  return Object.keys(metafile.inputs)
}

/**
 * What ES modules import: Node would read through all of a CommonJS file first, to find out what it exports. It has the
 * names alone that are used, since to name one may be to load it.
 */
const writeFacade = async (root: string, file: string, names: readonly string[]): Promise<void> => {
  const lines = [
    "import {createRequire} from 'node:module'",
    `const exported = createRequire(import.meta.url)('./${file}.cjs')`,
    'export default exported',
    `export const {${names.filter((name) => name !== 'default').join(', ')}} = exported`,
  ]
  await writeFile(join(root, 'dist/packages', `${file}.js`), `${lines.join('\n')}\n`)
}

const requireIfCommonJs = (file: string): unknown => {
  try {
    return createRequire(file)(file)
  } catch {
    return undefined
  }
}

const isIdentifier = (name: string): boolean => /^[A-Za-z_$][\w$]*$/.test(name)
