/**
 * A process that answers command lines in both ways, light and full, with its clock and its random numbers stopped: what
 * the two say can be compared letter by letter. It is asked over IPC.
 */
import {syncBuiltinESMExports} from 'node:module'
import fs from 'node:fs'
import {fileURLToPath} from 'node:url'

import {main} from '../../src/start/main.ts'
import {processRuntime} from '../../src/lib/base/runtime.ts'
import {lightAnswer} from '../../src/start/exec-lane.ts'
import {lightHelp} from '../../src/start/prebuilt-help.ts'
import {LAUNCHER} from './run-cli.ts'

export interface Question {
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

export interface Answers {
  /** Null when the light way leaves it to the full one. */
  readonly light: string | null
  /** Only asked for when there is a light answer. */
  readonly full?: {readonly stdout: string; readonly stderr: string; readonly exitCode: number}
}

const NOW = new Date()
const HELP = fileURLToPath(new URL('../../dist/help.json', import.meta.url))
const {version} = JSON.parse(fs.readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string
}

globalThis.Date = class extends Date {
  constructor(...args: readonly unknown[]) {
    if (args.length === 0) super(NOW)
    else super(...(args as [number]))
  }
  static override now = (): number => NOW.getTime()
} as DateConstructor
crypto.randomUUID = () => '01234567-89ab-4def-8123-456789abcdef'
process.exit = (() => undefined) as never

let stdout = ''
let stderr = ''
const writeSync = fs.writeSync.bind(fs)
fs.writeSync = ((fd: number, data: Buffer, ...rest: []) => {
  if (fd !== 1) return writeSync(fd, data, ...rest)
  stdout += data.toString()
  return data.length
}) as typeof fs.writeSync
syncBuiltinESMExports()
process.stderr.write = (text: unknown): boolean => Boolean((stderr += String(text)))
process.stdout.write = (text: unknown): boolean => Boolean((stdout += String(text)))

const answer = async ({argv, env}: Question): Promise<Answers> => {
  for (const name of Object.keys(process.env)) delete process.env[name]
  Object.assign(process.env, env)
  const runtime = processRuntime(version)
  const light = (await lightAnswer(argv, runtime))?.text ?? lightHelp(argv, runtime, HELP)
  if (light === undefined) return {light: null}
  stdout = stderr = ''
  process.exitCode = 0
  await main(argv, LAUNCHER, runtime)
  process.removeAllListeners('uncaughtException')
  return {light, full: {stdout, stderr, exitCode: process.exitCode}}
}

process.on('message', (question: Question) => {
  void answer(question).then((answers) => process.send?.(answers))
})
process.send?.('ready')
