/**
 * Starts the program on Node: the first file that is read at every start, so small, in plain CommonJS (the loader of ES
 * modules takes several milliseconds), and in words that old versions of Node can parse. `scripts/bundle-launcher.ts`
 * makes `bin/run.cjs` of it.
 */
import type {Installation, start as startProgram} from '../start.ts'
import {fs} from './builtins.ts'
import {isKept, writeCompiled} from './compile-cache.ts'
import {loadedFiles, loadModule} from './load-module.ts'

const ENTRY = `${__dirname}/../dist/start.cjs`
const HELP = `${__dirname}/../dist/help.json`
/** A variable, so that it is looked for beside the bundle and not beside this file. */
const FULL_PROGRAM: string = '../dist/start/main.js'

const REINSTALL = 'install it again: npm install --global ack-ram-tool'
const REPORT = 'this is a bug: please report it with the output of --verbose'

let nextStep = REINSTALL

const main = (): void => {
  // Node would show the line of code that threw, which in a bundle is all of it.
  process.once('uncaughtException', fail)
  const {start} = loadModule(ENTRY) as {start: typeof startProgram}
  nextStep = REPORT
  void start({launcher: __filename, helpFile: HELP, loadFull}).then(finish).catch(fail)
}

const loadFull = (): ReturnType<Installation['loadFull']> => {
  nextStep = REINSTALL
  // It reports failures by itself.
  process.removeListener('uncaughtException', fail)
  return import(FULL_PROGRAM)
}

const finish = (way: string | undefined): void => {
  // The full program ends by itself.
  if (way === undefined) return
  if (!loadedFiles.every((file) => isKept(file, way))) writeCompiled(loadedFiles, way)
  // To take the process down in good order would take longer than some of what it has done.
  // oxlint-disable-next-line unicorn/no-process-exit
  process.exit()
}

const fail = (error: unknown): void => exit(`cannot start ack-ram-tool: ${describe(error)} (Internal)`)

/** What went wrong. The words of an error without a code are left out: a parser's quote what it has read. */
const describe = (error: unknown): string => {
  const {
    code,
    name = 'what was thrown is not an error',
    message,
    stack,
  } = (error ?? {}) as Partial<NodeJS.ErrnoException>
  if (code) return message?.split('\n', 1)[0] ?? code
  return name + (/\n +(at .*)/.exec(stack ?? '')?.[0] ?? '').replace(/\s+/, ' ')
}

const exit = (message: string): void => {
  try {
    fs.writeSync(2, `Error: ${message}\n  Next: ${nextStep}\n`)
  } catch {
    // Nobody reads it.
  }
  // oxlint-disable-next-line unicorn/no-process-exit
  process.exit(1)
}

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major > 20 || (major === 20 && minor >= 19)) main()
else {
  nextStep = 'install a newer one from https://nodejs.org, and have it first in the PATH'
  exit(`ack-ram-tool needs Node.js 20.19 or later, and this is ${process.version}`)
}
