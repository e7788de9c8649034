/**
 * Bundles the program with oclif as ES modules: the folder shape that oclif looks for, and what these files share in a few
 * chunks, since Node takes longer to find and link many small files than to read one large one. oclif and its plugins
 * stay packages, since plugins of others bring the same.
 */
import {readdir, readFile} from 'node:fs/promises'
import {isBuiltin} from 'node:module'
import {join, relative, resolve} from 'node:path'
import {fileURLToPath} from 'node:url'

import {rollup, type PluginContext, type RollupOutput} from 'rollup'
import {parseAst} from 'rollup/parseAst'

import {buildCommit} from './build-commit.ts'
import {importedAs, isBundledPackage, type NamesOf, type Packages} from './bundle-packages.ts'
import {staticImportsOf} from './static-imports.ts'
import {typescript} from './typescript-plugin.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** What starts oclif, or a separate process that does. */
const MAIN = resolve(root, 'src/start/main.ts')
const RUN_OCLIF = resolve(root, 'src/start/run-oclif.ts')

export interface FullBundle {
  /** What it imports. */
  readonly packages: Packages
  readonly namesOf: NamesOf
}

/** Writes the bundle into dist. */
export const bundleFull = async (): Promise<FullBundle> => {
  const packages = new Set<string>()
  const commands = (await readdir(join(root, 'src/commands'), {recursive: true, withFileTypes: true}))
    .filter((entry) => entry.isFile())
    .map(({parentPath, name}) => join(parentPath, name))
    // They come in the order of the file system.
    .toSorted()
  const entries = [
    MAIN,
    ...[
      'src/start/plugin-process.ts',
      'src/index.ts',
      'src/lib/cli/help/ack-help.ts',
      'src/hooks/prerun.ts',
      'src/hooks/postrun.ts',
    ].map((name) => resolve(root, name)),
    ...commands,
  ]
  const {version} = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {version: string}
  const bundle = await rollup({
    input: Object.fromEntries(entries.map((path) => [nameOf(path), path])),
    // Nothing is in the sources that nothing uses: knip sees to that.
    treeshake: false,
    external: (id) => {
      if (isBundledPackage(id)) packages.add(id)
      return isBuiltin(id) || isBundledPackage(id)
    },
    plugins: [typescript({PACKAGE_VERSION: version, BUILD_COMMIT: buildCommit()})],
  })
  const {output} = await bundle.write({
    dir: join(root, 'dist'),
    format: 'es',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name].js',
    manualChunks: chunkNames(entries),
    onlyExplicitManualChunks: true,
    hoistTransitiveImports: false,
    externalLiveBindings: false,
    freeze: false,
    // For coverage. With a comment that names it, V8 would put the whole map beside what each process has run.
    sourcemap: 'hidden',
    paths: (id) => (isBundledPackage(id) ? importedAs(id) : id),
  })
  return {packages, namesOf: namesImported(output)}
}

const namesImported = (output: RollupOutput['output']): NamesOf => {
  const names = new Map<string, Set<string>>()
  // Of which anything may be used.
  const wholly = new Set<string>()
  for (const chunk of output) {
    if (chunk.type !== 'chunk') continue
    for (const imported of chunk.dynamicImports) wholly.add(imported)
    for (const statement of parseAst(chunk.code).body) {
      if (statement.type !== 'ImportDeclaration') continue
      const imported = String(statement.source.value)
      const known = names.get(imported) ?? new Set()
      names.set(imported, known)
      for (const specifier of statement.specifiers) {
        if (specifier.type === 'ImportNamespaceSpecifier') wholly.add(imported)
        if (specifier.type === 'ImportSpecifier') known.add(nameIn(specifier.imported))
      }
    }
  }
  return (imported) => (wholly.has(imported) ? undefined : (names.get(imported) ?? new Set()))
}

const nameIn = (imported: {readonly type: string}): string => {
  const {name, value} = imported as {name?: string; value?: string}
  return name ?? value ?? ''
}

const nameOf = (path: string): string => relative(join(root, 'src'), path).replaceAll('\\', '/').replace(/\.ts$/, '')

/**
 * `main` for what is there before oclif is, `on-use` for what is imported on use alone, a chunk for what the commands of
 * one topic share, and `shared` for all else. What only one entry imports becomes part of it.
 */
const chunkNames = (
  entries: readonly string[],
): ((id: string, graph: Pick<PluginContext, 'getModuleInfo' | 'getModuleIds'>) => string | undefined) => {
  let chunkOf: Map<string, string> | undefined
  return (id, {getModuleInfo, getModuleIds}) => {
    if (chunkOf) return chunkOf.get(id)
    chunkOf = new Map()
    const onUse = [...getModuleIds()].flatMap((module) => getModuleInfo(module)?.dynamicallyImportedIds ?? [])
    for (const module of staticImportsOf(onUse, getModuleInfo)) chunkOf.set(module, 'on-use')
    const importers = new Map<string, readonly string[]>()
    for (const entry of [RUN_OCLIF, ...entries])
      for (const module of staticImportsOf([entry], getModuleInfo))
        importers.set(module, [...(importers.get(module) ?? []), entry])
    for (const [module, [first = '', ...others]] of importers) {
      const topic = topicOf(first)
      if (others.length > 0 || first === RUN_OCLIF)
        chunkOf.set(module, topic && others.every((other) => topicOf(other) === topic) ? topic : 'shared')
    }
    for (const module of staticImportsOf([MAIN], getModuleInfo)) chunkOf.set(module, 'main')
    return chunkOf.get(id)
  }
}

const topicOf = (entry: string): string | undefined => /^commands\/([^/]+)\//.exec(nameOf(entry))?.[1]
