import {AckError, isErrorCode} from '../../src/lib/base/errors.ts'
import {printableLines} from '../../src/lib/base/printable.ts'
import {scrub} from '../../src/lib/base/secret.ts'
import {reportError} from '../../src/lib/cli/report-error.ts'
import {CANARY, withoutNames} from '../support/canary.ts'
import {recordingLog} from '../support/runtime.ts'
import type {FuzzTarget, Scene} from './fuzz-target.ts'
import {isSteering} from './steering.ts'

/** More than any input may take, in milliseconds of CPU time. */
const MAX_CPU_MS = 1000
/** What takes longer than this is tried again to see whether it was the machine: CPU time is slow to measure. */
const SUSPICIOUS_MS = 40

/** What came of one input. */
export interface Examined {
  /** What must not be; undefined if all was well. */
  readonly fault: string | undefined
  /** How long it took, in milliseconds; of CPU time where that is much. */
  readonly tookMs: number
}

/** Gives a target one input, and looks at all that must hold whatever the input is. */
export const examine = async <I>(target: FuzzTarget<I>, input: I): Promise<Examined> => {
  const startedAt = performance.now()
  const fault = await faultOf(target, input)
  const tookMs = performance.now() - startedAt
  if (tookMs < SUSPICIOUS_MS) return {fault, tookMs}
  const usedBefore = process.cpuUsage()
  await faultOf(target, input)
  const {user, system} = process.cpuUsage(usedBefore)
  const cpuMs = Math.min((user + system) / 1000, tookMs)
  const isSlow = cpuMs > MAX_CPU_MS
  return {fault: fault ?? (isSlow ? `it took ${Math.round(cpuMs)} ms of CPU time` : undefined), tookMs: cpuMs}
}

const faultOf = async <I>(target: FuzzTarget<I>, input: I): Promise<string | undefined> => {
  const scene: Scene = {log: recordingLog(), shown: [], hasPublicSecret: false}
  let fault: string | undefined
  try {
    await target.run(input, scene)
  } catch (error) {
    fault = faultOfError(error, scene)
  }
  return fault ?? faultOfTexts(scene) ?? pollution()
}

const faultOfError = (error: unknown, scene: Scene): string | undefined => {
  if (!AckError.is(error))
    return error instanceof Error ? `${error.name}: ${error.message}\n${error.stack ?? ''}` : 'no Error was thrown'
  const {code, message, nextStep, call} = error
  if (!isErrorCode(code) || code === 'Internal') return `the code ${code} is not documented`
  if (/[\r\n]/.test(message + nextStep))
    return `a foreign text makes lines of its own: ${JSON.stringify([message, nextStep])}`
  scene.shown.push(message, nextStep, JSON.stringify(call ?? {}))
  // For people and for programs: one of the two for each input, since it takes most of the time.
  const isForPrograms = message.length % 2 === 0
  const {text} = reportError(error, isForPrograms ? {'error-format': 'json'} : {}, {})
  return steering(text) ?? (!isForPrograms || isJson(text) ? undefined : `the report is no JSON: ${text}`)
}

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

const steering = (text: string): string | undefined =>
  isSteering(text) ? `a text steers the terminal: ${JSON.stringify(text)}` : undefined

const faultOfTexts = ({log, shown, hasPublicSecret}: Scene): string | undefined => {
  const lines = log.lines.map((line) => printableLines(scrub(line)))
  const secret = hasPublicSecret
    ? undefined
    : [...lines, ...shown].find((text) => text.includes(CANARY) && withoutNames(text).includes(CANARY))
  return secret === undefined
    ? lines.map(steering).find((fault) => fault !== undefined)
    : `a secret is shown: ${JSON.stringify(secret)}`
}

const PROTOTYPES = [Object, Array, Function, String, Number, Map].map(({prototype}) => prototype as object)
const OWN_NAMES = PROTOTYPES.map((prototype) => Reflect.ownKeys(prototype).length)

const pollution = (): string | undefined =>
  PROTOTYPES.every((prototype, index) => Reflect.ownKeys(prototype).length === OWN_NAMES[index])
    ? undefined
    : 'a prototype of the language was changed'
