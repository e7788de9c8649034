import {rmSync} from 'node:fs'
import {mkdtemp} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {basename, join} from 'node:path'
import {fileURLToPath} from 'node:url'

import {build} from 'esbuild'

const bundled = new Map<string, Promise<string>>()

/**
 * Makes one file of plain JavaScript of a program that tests start: tsx would cost every process of it 0.4 s of CPU.
 *
 * @returns its path; it is removed when this process ends
 */
export const bundleProgram = (source: URL): Promise<string> => {
  const path = fileURLToPath(source)
  const made = bundled.get(path) ?? bundle(path)
  bundled.set(path, made)
  return made
}

const bundle = async (path: string): Promise<string> => {
  const outfile = join(await dirOfProgram(), basename(path).replace(/ts$/, 'mjs'))
  await build({
    entryPoints: [path],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    logLevel: 'warning',
    // What the CommonJS packages among those that are bundled call.
    banner: {
      js: "import {createRequire as requireFrom} from 'node:module'; const require = requireFrom(import.meta.url);",
    },
  })
  return outfile
}

/** A directory that is removed when this process ends. */
export const dirOfProgram = async (): Promise<string> => {
  const dir = await mkdtemp(join(tmpdir(), 'ack-ram-tool-program-'))
  process.once('exit', () => rmSync(dir, {recursive: true, force: true}))
  return dir
}
