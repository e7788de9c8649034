import {readdir, readFile} from 'node:fs/promises'
import {basename, dirname, join, relative} from 'node:path'
import {pathToFileURL} from 'node:url'

import {build, type Plugin} from 'esbuild'

import {dirOfProgram} from './bundle-program.ts'

/** Where the files of dist are that others import, as the launcher, oclif and plugins do. */
const IMPORTED = ['index.js', 'start/main.js', 'lib/cli/help/ack-help.js', 'commands', 'hooks']

/** CommonJS has no `import.meta`; and without a comment that names it, the bundler would not go by the map of a file. */
const eachFile: Plugin = {
  name: 'each-file',
  setup: (bundler) => {
    bundler.onLoad({filter: /\.js$/}, async ({path}) => {
      const url = JSON.stringify(pathToFileURL(path).href)
      const text = await readFile(path, 'utf8')
      return {contents: `${text.replaceAll('import.meta.url', url)}\n//# sourceMappingURL=${basename(path)}.map`}
    })
  },
}

let made: Promise<string> | undefined

/**
 * Makes one function of the built program, for `useFreshModules`: each call of it makes all modules anew.
 *
 * @param launcher - path of the program's launcher, always the same
 * @returns path of a file with that function, its source map beside it; both are removed when this process ends
 */
export const programAsFunction = (launcher: string): Promise<string> =>
  (made ??= make(join(dirname(launcher), '../dist')))

const make = async (dist: string): Promise<string> => {
  const imported: string[] = []
  for (const place of IMPORTED) {
    if (place.endsWith('.js')) imported.push(place)
    else imported.push(...(await filesIn(dist, place)))
  }
  const outfile = join(await dirOfProgram(), 'program.js')
  const files = imported.map((path) => `'${path}': () => import('./${path}')`)
  await build({
    stdin: {contents: `export const files = {${files.join()}}`, resolveDir: dist},
    outfile,
    bundle: true,
    sourcemap: 'external',
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    logLevel: 'warning',
    external: ['#package/*', '@oclif/*'],
    // Node warns of imports from such a function.
    supported: {'dynamic-import': false},
    plugins: [eachFile],
    banner: {js: '(module, require) => {'},
    footer: {js: '}'},
  })
  return outfile
}

const filesIn = async (dist: string, place: string): Promise<readonly string[]> =>
  (await readdir(join(dist, place), {recursive: true, withFileTypes: true}))
    .filter((entry) => entry.isFile() && entry.name.endsWith('.js'))
    .map(({parentPath, name}) => relative(dist, join(parentPath, name)).replaceAll('\\', '/'))
