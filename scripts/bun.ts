import {execFileSync} from 'node:child_process'
import {existsSync} from 'node:fs'
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * The path of Bun. (Its package moves the binary of this machine into itself when npm runs its install script, and else
 * leaves it.)
 *
 * @throws Error when it is not installed
 */
export const findBun = (): string => {
  const places = [
    'node_modules/bun/bin/bun.exe',
    `node_modules/@oven/bun-${process.platform}-${process.arch === 'arm64' ? 'aarch64' : process.arch}/bin/bun`,
  ].map((place) => join(root, place))
  const found = places.find((place) => existsSync(place) && isBun(place))
  if (found) return found
  throw new Error('Bun is not installed: run npm ci')
}

const isBun = (path: string): boolean => {
  try {
    return execFileSync(path, ['--version'], {stdio: ['ignore', 'pipe', 'ignore']}).length > 0
  } catch {
    return false
  }
}

/** What every executable is compiled with, whatever is in it. */
export const COMPILE_FLAGS: readonly string[] = [
  'build',
  '--compile',
  // Not the identifiers: oclif's errors are told apart by the names of their classes.
  '--minify-whitespace',
  '--minify-syntax',
  '--bytecode',
  // The light start-up is over before compiled code would pay; the full program sets it back.
  '--compile-jit-policy=100',
  '--format=esm',
  '--splitting',
  // A file in the directory where kubectl happens to run must not decide whose credentials are used.
  '--no-compile-autoload-dotenv',
  '--no-compile-autoload-bunfig',
]

/**
 * Compiles an executable with nothing in it, for comparison.
 *
 * @returns its path in the directory; undefined where Bun is not installed
 */
export const compileEmpty = async (dir: string): Promise<string | undefined> => {
  try {
    const source = join(dir, 'empty.js')
    await writeFile(source, '')
    execFileSync(findBun(), [...COMPILE_FLAGS, source, '--outfile', join(dir, 'empty')], {stdio: 'ignore'})
    return join(dir, 'empty')
  } catch {
    return undefined
  }
}
