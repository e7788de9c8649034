/**
 * A process that runs command lines twice, as the program starts and with oclif, with its clock and its random numbers
 * stopped: what the two say can be compared letter by letter. It is asked over IPC.
 */
import {syncBuiltinESMExports} from 'node:module'
import fs from 'node:fs'

const ROOT = new URL('../../package.json', import.meta.url).href
const {version} = JSON.parse(fs.readFileSync(new URL(ROOT), 'utf8')) as {version: string}
// As the bundler puts it in.
Object.assign(globalThis, {PACKAGE_VERSION: version})

const {processRuntime} = await import('../../src/lib/base/runtime.ts')
const {parseCommandLine} = await import('../../src/lib/cli/command-line.ts')
const {withDefaults} = await import('../../src/lib/defaults/config-files.ts')
const {installedPlugins} = await import('../../src/lib/plugins/installed-plugins.ts')
const {main} = await import('../../src/start/main.ts')
const {start} = await import('../../src/start/start.ts')

export interface Question {
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/** What a run says. */
export interface Said {
  readonly stdout: string
  readonly stderr: string
  readonly exitCode: number
}

export interface Answers {
  /** Without oclif; null when the start leaves the command line to it. */
  readonly lane: Said | null
  /** Only asked for when there is the other one. */
  readonly full?: Said
}

const NOW = new Date()
const readHelp = (): Promise<string> => fs.promises.readFile(new URL('../../dist/help.json', import.meta.url), 'utf8')

globalThis.Date = class extends Date {
  constructor(...args: readonly unknown[]) {
    if (args.length === 0) super(NOW)
    else super(...(args as [number]))
  }
  static override now = (): number => NOW.getTime()
} as DateConstructor
Math.random = () => 0.3
process.uptime = () => 1
process.exit = (() => undefined) as never

let stdout = ''
let stderr = ''
const writeSync = fs.writeSync.bind(fs)
fs.writeSync = ((fd: number, data: Buffer, ...rest: []) => {
  if (fd === 1) stdout += data.toString()
  else if (fd === 2) stderr += data.toString()
  else return writeSync(fd, data, ...rest)
  return data.length
}) as typeof fs.writeSync
syncBuiltinESMExports()
// Each run that logs listens for errors of stderr, and here they all share one: Node's warning about that is no output.
process.stderr.setMaxListeners(0)
process.stderr.write = (text: unknown): boolean => Boolean((stderr += String(text)))
process.stdout.write = (text: unknown): boolean => Boolean((stdout += String(text)))

/** Runs a command line; `run` gives the exit code. */
const listen = async (run: () => Promise<number>): Promise<Said> => {
  stdout = stderr = ''
  process.exitCode = 0
  const exitCode = await run()
  process.removeAllListeners('uncaughtException')
  return {stdout, stderr, exitCode}
}

const answer = async ({argv, env}: Question): Promise<Answers> => {
  for (const name of Object.keys(process.env)) delete process.env[name]
  Object.assign(process.env, env)
  process.argv.splice(2, process.argv.length, ...argv)
  let isLeft = false
  const loadFull = (): Promise<{main: () => Promise<void>}> => {
    isLeft = true
    return Promise.resolve({main: () => Promise.resolve()})
  }
  const lane = await listen(async () => (await start({launcher: ROOT, readHelp, loadFull}))?.exitCode ?? 0)
  if (isLeft) return {lane: null}
  const runtime = processRuntime()
  const given = {
    argv,
    line: await withDefaults(parseCommandLine(argv), runtime),
    runtime,
    plugins: installedPlugins(runtime),
  }
  const full = await listen(async () => {
    await main(given, ROOT)
    return Number(process.exitCode)
  })
  return {lane, full}
}

process.on('message', (question: Question) => {
  void answer(question).then((answers) => process.send?.(answers))
})
process.send?.('ready')
