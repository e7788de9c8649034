/**
 * Bundles the light start-up into one file: every file that Node opens, and every module of its own that it
 * sets up, costs time before the first line runs.
 */
import {readFile} from 'node:fs/promises'
import {isBuiltin} from 'node:module'
import {fileURLToPath} from 'node:url'

import {build, type Plugin} from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Node's modules that are cheap, or loaded anyway before any program starts. */
const EAGER = new Set(['node:fs'])

/** Lets a module of Node be loaded when one of its functions is called, which for most of them is never. */
const lazyBuiltins: Plugin = {
  name: 'lazy-builtins',
  setup: (bundler) => {
    bundler.onResolve({filter: /^node:/}, ({path, kind}) =>
      kind === 'import-statement' && !EAGER.has(path) ? {path, namespace: 'lazy'} : {path, external: true},
    )
    bundler.onLoad({filter: /.*/, namespace: 'lazy'}, async ({path}) => ({
      contents: Object.entries((await import(path)) as Record<string, unknown>)
        .filter(([name, value]) => typeof value === 'function' && name !== 'default' && /^[A-Za-z]\w*$/.test(name))
        .map(
          ([name]) => `export function ${name}(...args) {
  const {${name}: real} = require('${path}')
  return new.target ? new real(...args) : real(...args)
}`,
        )
        .join('\n'),
    }))
  },
}

/** What runs only when something is fetched, started, written or locked: never in the light start-up, which refuses that. */
const NEVER_LIGHT =
  /src\/lib\/(credentials\/(sources\/(external-process|sts-call)|logins\/(oauth-calls|login-call))|profile-files\/(update-cli-config|editable-profile)|base\/(deadline|files\/(lock|lock-owner|replace-file|make-dirs))|cache\/single-flight|container-service\/(cs-call|user-kubeconfig|client-certificate)|transport\/(service-error|signed-call))\.ts$/

/** Leaves out what the light start-up never runs; should it be called all the same, the full one takes over. */
const neverLight: Plugin = {
  name: 'never-light',
  setup: (bundler) => {
    bundler.onLoad({filter: NEVER_LIGHT}, async ({path}) => {
      const names = [...(await readFile(path, 'utf8')).matchAll(/^export const (\w+)/gm)].map(([, name]) => name)
      const refuse = `() => { throw new Error('not light') }`
      return {contents: names.map((name) => `export const ${name} = ${refuse}`).join('\n')}
    })
  },
}

/** Help texts of options, which nobody reads here. */
const withoutDescriptions: Plugin = {
  name: 'without-descriptions',
  setup: (bundler) => {
    bundler.onLoad({filter: /options\/(command-)?definitions\.ts$/}, async ({path}) => ({
      loader: 'ts',
      contents: (await readFile(path, 'utf8')).replaceAll(/(description|placeholder):\s*(['"]).*\2,\n/g, "$1: '',\n"),
    }))
  },
}

/** Packages are heavy: what needs one is not light. The hash functions are, and come along. */
const externalPackages: Plugin = {
  name: 'external-packages',
  setup: (bundler) => {
    bundler.onResolve({filter: /^[^./]/}, ({path}) =>
      isBuiltin(path) || path.startsWith('@stablelib/') ? undefined : {path, external: true},
    )
  },
}

/**
 * Eight rounds of SHA-256 in one turn of its loop. V8 compiles a function once more, on a second thread, when it has run
 * 400 times its own length: so the hash ends before that, with a security token of any usual length.
 */
const unrolledHash: Plugin = {
  name: 'unrolled-hash',
  setup: (bundler) => {
    bundler.onLoad({filter: /@stablelib\/sha256\/lib\/sha256\.js$/}, async ({path}) => {
      const source = await readFile(path, 'utf8')
      const contents = source.replace(
        /for \(let i = 0; i < 64; i\+\+\) \{\n([^]*?)\n {8}\}\n/,
        (_, round: string) => `for (let i = 0; i < 64;) {\n${`{\n${round}\n}\ni++\n`.repeat(8)}}\n`,
      )
      if (contents === source) throw new Error(`${path} has no loop of 64 rounds that could be unrolled`)
      return {contents}
    })
  },
}

/** Bun hashes natively. */
const nativeHash: Plugin = {
  name: 'native-hash',
  setup: (bundler) => {
    bundler.onLoad({filter: /signing\/hash\.ts$/}, async () => ({
      loader: 'ts',
      contents: await readFile(`${root}src/start/standalone/native-hash.ts`, 'utf8'),
    }))
  },
}

/** What each engine starts quickest from. */
const FORMS = {
  node: {
    file: 'start.cjs',
    format: 'cjs',
    // Without what a CommonJS module of esbuild's own does with its exports.
    contents: "import {start} from './src/start/start.ts'\nmodule.exports.start = start",
    hash: unrolledHash,
  },
  bun: {file: 'start.mjs', format: 'esm', contents: "export {start} from './src/start/start.ts'", hash: nativeHash},
} as const

/**
 * Writes `start.cjs` or, for Bun, `start.mjs`.
 *
 * @param outdir - where, from the root of the project
 * @param engine - what will run it
 */
export const bundleLight = async (outdir: string, engine: keyof typeof FORMS): Promise<void> => {
  const {file, format, contents, hash} = FORMS[engine]
  const {version} = JSON.parse(await readFile(`${root}package.json`, 'utf8')) as {version: string}
  await build({
    absWorkingDir: root,
    stdin: {contents, resolveDir: root},
    outfile: `${outdir}/${file}`,
    define: {PACKAGE_VERSION: JSON.stringify(version)},
    bundle: true,
    format,
    platform: 'node',
    target: 'node20.19',
    minify: true,
    logLevel: 'warning',
    plugins: [hash, externalPackages, lazyBuiltins, neverLight, withoutDescriptions],
  })
}
