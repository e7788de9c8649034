/**
 * Starts the program on Node: the first file that is read at every start, so small, in plain CommonJS (the loader of ES
 * modules takes several milliseconds), and in words that old versions of Node can parse. `scripts/bundle-launcher.ts`
 * makes `bin/run.cjs` of it.
 */
import type {LaneEnding} from '../exec-lane.ts'
import type {Installation, start as startProgram} from '../start.ts'
import {fs} from './builtins.ts'
import {isKept} from './compile-cache.ts'
import type * as KeepCompiled from './keep-compiled.ts'
import {loadedFiles, loadModule} from './load-module.ts'

const ENTRY = `${__dirname}/../dist/lane/start.cjs`
/** A variable, so that it is looked for beside the bundle and not beside this file. */
const FULL_PROGRAM: string = '../dist/start/main.js'

const REINSTALL = 'install it again: npm install --global ack-ram-tool'
const REPORT = 'this is a bug: please report it with this line'

let nextStep = REINSTALL

const main = (): void => {
  // Node would show the line of code that threw, which in a bundle is all of it.
  process.once('uncaughtException', fail)
  const {start} = loadModule(ENTRY) as {start: typeof startProgram}
  nextStep = REPORT
  void start({launcher: __filename, readHelp, loadFull}).then(finish).catch(fail)
}

const loadFull = (): ReturnType<Installation['loadFull']> => {
  nextStep = REINSTALL
  // It reports failures by itself.
  process.removeListener('uncaughtException', fail)
  // Node 20 has no cache of its own.
  if (major > 20) withWriter((writer) => writer.useCacheOfNode())
  return import(FULL_PROGRAM)
}

const readHelp = async (): Promise<string> => fs.readFileSync(`${__dirname}/../dist/help.json`, 'utf8')

const finish = (ending: LaneEnding | undefined): void => {
  // A run with oclif ends by itself.
  if (!ending) return
  const {way, exitCode} = ending
  if (!loadedFiles.every((file) => isKept(file, way))) withWriter((writer) => writer.keepCompiled(loadedFiles, way))
  // To take the process down in good order would take longer than some of what it has done.
  // oxlint-disable-next-line unicorn/no-process-exit
  process.exit(exitCode)
}

/** Where it is missing, starts only take longer. */
const withWriter = (use: (writer: typeof KeepCompiled) => void): void => {
  try {
    use(require('../dist/keep-compiled.cjs') as typeof KeepCompiled)
  } catch {
    // Nothing depends on it.
  }
}

const fail = (error: unknown): void => {
  if ((Object(error) as {code?: unknown}).code === 'EMFILE') nextStep = '`ulimit -n 256`'
  exit(`Error: cannot start ack-ram-tool: ${describe(error)} (Internal)\n  Next: ${nextStep}`)
}

/** What went wrong: the words of the system and of `require`, which name paths. Others may quote a secret. */
const describe = (error: unknown): string => {
  if (!(error instanceof Error)) return 'what was thrown is not an error'
  const {code = '', name, message, stack = ''} = error as NodeJS.ErrnoException
  if (/^E[A-Z]+$|MODULE_NOT_FOUND$/.test(code)) return message.replace(/\n[^]*/, '')
  const place = /\n +(at .*)/.exec(stack)
  return `${name} ${place ? place[1] : ''}`
}

const exit = (message: string): void => {
  try {
    fs.writeSync(2, `${message}\n`)
  } catch {
    // Nobody reads it.
  }
  // oxlint-disable-next-line unicorn/no-process-exit
  process.exit(1)
}

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major > 20 || (major === 20 && minor >= 19)) main()
else exit(`Error: ack-ram-tool needs Node.js 20.19 or later (https://nodejs.org), and this is ${process.version}`)
