import {execFileSync} from 'node:child_process'
import {existsSync, readdirSync} from 'node:fs'
import {readFile, writeFile} from 'node:fs/promises'
import {homedir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * The path of Bun: its package has a binary for each kind of machine, of which npm installs those that may fit. (Its install
 * script, which is not run, would move one of them.)
 *
 * @throws Error when it is not installed
 */
export const findBun = (): string => {
  const packages = join(root, 'node_modules/@oven')
  const names = existsSync(packages) ? readdirSync(packages).toSorted() : []
  const places = names.flatMap((name) => ['bun', 'bun.exe'].map((file) => join(packages, name, 'bin', file)))
  const found = [...places, join(root, 'node_modules/bun/bin/bun.exe')].find(
    (place) => existsSync(place) && isBun(place),
  )
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

/** With these Bun runs the code, or becomes the tool, that the environment names. No flag of the compiler stops that. */
const FOREIGN_COMMANDS = ['BUN_OPTIONS', 'BUN_BE_BUN']

/**
 * Makes the runtime of a target in which those variables have names that no variable can have. (Before compiling: Bun
 * signs the executables for macOS then.)
 *
 * @param target - as Bun spells it, such as `bun-linux-x64-musl`
 * @param dir - for the runtime
 * @returns its path
 * @throws Error where a name is not found in it: another version of Bun may have other ways
 */
export const sealedRuntime = async (target: string, dir: string): Promise<string> => {
  const runtime = await readFile(await findRuntime(target, dir))
  for (const name of FOREIGN_COMMANDS) {
    let at = runtime.indexOf(name)
    if (at === -1) throw new Error(`${name} is not in the runtime of ${target}: see what has taken its place`)
    for (; at !== -1; at = runtime.indexOf(name)) runtime.write('=', at)
  }
  const path = join(dir, `${target}-runtime`)
  await writeFile(path, runtime, {mode: 0o755})
  return path
}

/** Where Bun keeps the runtime of a target when it has fetched it; its own for this very machine. */
const findRuntime = async (target: string, dir: string): Promise<string> => {
  const bun = findBun()
  const version = execFileSync(bun, ['--version'], {encoding: 'utf8'}).trim()
  const {BUN_INSTALL_CACHE_DIR, BUN_INSTALL = join(homedir(), '.bun')} = process.env
  const cached = join(
    BUN_INSTALL_CACHE_DIR ?? join(BUN_INSTALL, 'install/cache'),
    `${target.replace('arm64', 'aarch64')}-v${version}`,
  )
  if (!existsSync(cached)) {
    const source = join(dir, 'fetch.js')
    await writeFile(source, '')
    execFileSync(bun, ['build', '--compile', `--target=${target}`, source, '--outfile', join(dir, 'fetched')], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
  }
  return existsSync(cached) ? cached : bun
}

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
