/**
 * Bundles the start of the program and its exec lane: `start`, which holds what every run needs, and `more`, which holds
 * all that it imports on use. Every file that is opened, and every module that is set up, costs time before the first line
 * runs, so there is one file for each.
 */
import {readFile} from 'node:fs/promises'
import {isBuiltin} from 'node:module'
import {resolve} from 'node:path'
import {fileURLToPath} from 'node:url'

import {transform} from 'esbuild'
import {rollup, type OutputOptions, type Plugin, type PluginContext} from 'rollup'

import {exportsOnUse} from './exports-on-use.ts'
import {functionDeclarations} from './function-declarations.ts'
import {importedAs, isBundledPackage, type Packages} from './bundle-packages.ts'
import {staticImportsOf} from './static-imports.ts'
import {typescript, type Replacements} from './typescript-plugin.ts'
import {withoutHelp} from './without-help.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const ENTRY = resolve(root, 'src/start/start.ts')
const LANE = resolve(root, 'src/start/exec-lane.ts')

const FORMS = {
  node: {format: 'cjs', extension: 'cjs', replacements: {}},
  bun: {
    format: 'es',
    extension: 'mjs',
    replacements: {
      'src/lib/signing/hash.ts': 'src/start/standalone/native-hash.ts',
      'src/lib/base/files/engine-io.ts': 'src/start/standalone/engine-io.ts',
      'src/lib/base/is-terminal.ts': 'src/start/standalone/native-terminal.ts',
    },
  },
} as const satisfies Record<string, {format: OutputOptions['format']; extension: string; replacements: Replacements}>

/**
 * Writes `start` and `more`.
 *
 * @param outdir - where, from the root of the project
 * @param engine - what will run them
 * @returns the packages that they import on use
 */
export const bundleLane = async (outdir: string, engine: keyof typeof FORMS): Promise<Packages> => {
  const {format, extension, replacements} = FORMS[engine]
  const {version} = JSON.parse(await readFile(resolve(root, 'package.json'), 'utf8')) as {version: string}
  const packages = new Set<string>()
  const bundle = await rollup({
    input: {start: ENTRY},
    // What other chunks need of the entry is exported from it, instead of from a third file.
    preserveEntrySignatures: 'allow-extension',
    external: (id) => {
      if (isBundledPackage(id)) packages.add(id)
      return isBundledPackage(id) || EAGER_BUILTINS[engine].includes(id)
    },
    plugins: [builtinsOnUse(EAGER_BUILTINS[engine]), typescript({PACKAGE_VERSION: version}, replacements), withoutHelp],
  })
  await bundle.write({
    dir: resolve(root, outdir),
    format,
    entryFileNames: `[name].${extension}`,
    chunkFileNames: `[name].${extension}`,
    manualChunks: chunkNames(),
    onlyExplicitManualChunks: true,
    dynamicImportInCjs: engine === 'bun',
    interop: 'default',
    esModule: false,
    externalLiveBindings: false,
    freeze: false,
    plugins: [...(engine === 'bun' ? [functionDeclarations] : [exportsOnUse('start'), asFunction]), minified],
    sourcemap: 'hidden',
    ...(engine === 'node' ? {paths: (id) => (isBundledPackage(id) ? importedAs(id) : id)} : {}),
  })
  return packages
}

/** Node's modules that cost nothing, since the engine has them ready before any program starts. */
const EAGER_BUILTINS: Readonly<Record<keyof typeof FORMS, readonly string[]>> = {node: ['node:fs'], bun: []}

/**
 * Lets a module of Node be loaded when one of its functions is called, which for most of them is never. (What it exports
 * besides functions cannot be had in this way: the bundler then says so. Nor can what hangs on a function, as
 * `realpathSync.native` does.)
 */
const builtinsOnUse = (eager: readonly string[]): Plugin => ({
  name: 'builtins-on-use',
  resolveId: (id) => (isBuiltin(id) && !eager.includes(id) ? `\0${id}` : null),
  load: async (id) => {
    if (!id.startsWith('\0node:')) return null
    const name = id.slice(1)
    const exported = Object.entries((await import(name)) as Record<string, unknown>)
    return exported
      .filter(([key, value]) => typeof value === 'function' && key !== 'default')
      .map(
        ([key]) => `export function ${key}(...args) {
  const {${key}: real} = process.getBuiltinModule('${name}')
  return new.target ? new real(...args) : real(...args)
}`,
      )
      .join('\n')
  },
})

/** So that the names at its top are shortened too: V8 hashes each of them at every start. */
const asFunction: Plugin = {
  name: 'as-function',
  renderChunk: (code) => ({code: `(function (exports, require) {${code}\n})(exports, require)`, map: null}),
}

/** With a map beside it, which is not published: to read a stack trace with, make the bundle of that version. */
const minified: Plugin = {
  name: 'minified',
  async renderChunk(readable, {fileName}) {
    const {code, map} = await transform(readable, {
      minify: true,
      target: 'node20.19',
      platform: 'node',
      sourcemap: 'external',
      sourcefile: fileName,
    })
    return {code, map}
  },
}

/** `start` (the entry's own) for what is imported statically, `more` for what the lane imports on use, `rest` for all else. */
const chunkNames = (): ((id: string, graph: Pick<PluginContext, 'getModuleInfo'>) => string | undefined) => {
  let rooms: {readonly start: ReadonlySet<string>; readonly more: ReadonlySet<string>} | undefined
  return (id, {getModuleInfo}) => {
    rooms ??= {
      start: staticImportsOf([ENTRY], getModuleInfo),
      more: staticImportsOf(
        [...staticImportsOf([LANE], getModuleInfo)].flatMap(
          (module) => getModuleInfo(module)?.dynamicallyImportedIds ?? [],
        ),
        getModuleInfo,
      ),
    }
    if (rooms.start.has(id)) return undefined
    return rooms.more.has(id) ? 'more' : 'rest'
  }
}
