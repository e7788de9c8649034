/**
 * Bundles the program as ES modules: the folder shape that oclif looks for, and everything that is shared or loaded on
 * use in chunks. oclif and its plugins stay packages, since plugins of others bring the same.
 */
import {readdir, readFile, writeFile} from 'node:fs/promises'
import {isBuiltin} from 'node:module'
import {join} from 'node:path'
import {fileURLToPath, pathToFileURL} from 'node:url'

import {build, type Plugin} from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))

interface Imported {
  readonly path: string
  readonly resolveDir: string
}

/** Gives what is imported on use the same names as Node gives it: esbuild knows none of a CommonJS package. */
const namedImports: Plugin = {
  name: 'named-imports',
  setup: (bundler) => {
    bundler.onResolve({filter: /^[^./]/}, ({path, kind, resolveDir}) =>
      kind === 'dynamic-import' && !isBuiltin(path)
        ? {path: `${path}.mjs`, namespace: 'named', pluginData: {path, resolveDir}}
        : undefined,
    )
    bundler.onLoad({filter: /.*/, namespace: 'named'}, async ({pluginData}: {pluginData: Imported}) => {
      const {path, resolveDir} = pluginData
      // From where it is imported: a package that another one needs is not always found from here.
      const {path: file} = await bundler.resolve(path, {kind: 'import-statement', resolveDir})
      const names = Object.keys((await import(pathToFileURL(file).href)) as object)
      const contents = `export {${names.filter((name) => /^[A-Za-z_$][\w$]*$/.test(name)).join(', ')}} from '${path}'`
      return {contents, resolveDir}
    })
  },
}

/** Writes the bundle into dist, and the licences of the packages that have become part of it. */
export const bundleFull = async (): Promise<void> => {
  const commands = (await readdir(join(root, 'src/commands'), {recursive: true, withFileTypes: true}))
    .filter((entry) => entry.isFile())
    .map(({parentPath, name}) => join(parentPath, name))

  const {metafile} = await build({
    absWorkingDir: root,
    entryPoints: [
      'src/start/main.ts',
      'src/start/plugin-process.ts',
      'src/index.ts',
      'src/hooks/prerun.ts',
      'src/hooks/postrun.ts',
      ...commands,
    ],
    outbase: 'src',
    outdir: 'dist',
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    external: ['@oclif/core', '@oclif/core/*', '@oclif/plugin-autocomplete', '@oclif/plugin-help'],
    plugins: [namedImports],
    sourcemap: true,
    metafile: true,
    logLevel: 'warning',
    // What the CommonJS packages among those that are bundled call.
    banner: {
      js: "import {createRequire as requireFrom} from 'node:module'; const require = requireFrom(import.meta.url);",
    },
  })

  await writeNotices(Object.keys(metafile.inputs))
}

const writeNotices = async (inputs: readonly string[]): Promise<void> => {
  const packages = new Set(inputs.flatMap((path) => /.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []))
  const notices = []
  for (const dir of [...packages].toSorted()) {
    const {name, version, license} = JSON.parse(await readFile(join(root, dir, 'package.json'), 'utf8')) as Record<
      string,
      string
    >
    const file = (await readdir(join(root, dir))).find((entry) => /^licen[cs]e/i.test(entry))
    const text = file ? await readFile(join(root, dir, file), 'utf8') : ''
    notices.push(`${name} ${version} (${license})\n\n${text.trim()}\n`)
  }
  await writeFile(join(root, 'dist/THIRD_PARTY_LICENSES.txt'), notices.join(`\n${'-'.repeat(80)}\n\n`))
}
