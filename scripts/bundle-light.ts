/**
 * Bundles the light start-up into one CommonJS file: every file that Node opens, and every module of its own that it
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
  /src\/lib\/(credentials\/(external-process|oauth-calls|login-call|sts-call)|profile\/(update-cli-config|editable-profile)|files\/(lock|lock-owner|replace-file|make-dirs)|cache\/single-flight|container-service\/(cs-call|user-kubeconfig)|certificate\/client-certificate|transport\/(service-error|signed-call|deadline))\.ts$/

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

/** Bun hashes natively. */
const nativeHash: Plugin = {
  name: 'native-hash',
  setup: (bundler) => {
    bundler.onLoad({filter: /signing\/hash\.ts$/}, async () => ({
      loader: 'ts',
      contents: await readFile(`${root}src/standalone/native-hash.ts`, 'utf8'),
    }))
  },
}

/**
 * Writes `start.cjs`.
 *
 * @param outdir - where, from the root of the project
 * @param engine - what will run it
 */
export const bundleLight = async (outdir: string, engine: 'node' | 'bun'): Promise<void> => {
  const {version} = JSON.parse(await readFile(`${root}package.json`, 'utf8')) as {version: string}
  await build({
    absWorkingDir: root,
    // Without what a CommonJS module of esbuild's own does with its exports.
    stdin: {contents: "import {start} from './src/start.ts'\nmodule.exports.start = start", resolveDir: root},
    outfile: `${outdir}/start.cjs`,
    define: {PACKAGE_VERSION: JSON.stringify(version)},
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    minify: true,
    logLevel: 'warning',
    plugins: [
      ...(engine === 'bun' ? [nativeHash] : []),
      externalPackages,
      lazyBuiltins,
      neverLight,
      withoutDescriptions,
    ],
  })
}
