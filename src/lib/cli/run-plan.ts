import {setTimeout as sleep} from 'node:timers/promises'

import {AckError} from '../base/errors.ts'
import type {JsonObject} from '../base/json-object.ts'
import {printableLines} from '../base/printable.ts'
import {carryOut} from '../changes/carry-out.ts'
import {describePlan, planAsData} from '../changes/describe-plan.ts'
import type {Plan, Step} from '../changes/plan.ts'
import type {OptionValue} from '../options/read-option.ts'
import type {Invocation} from '../use-cases/invocation.ts'
import {isInteractive} from './is-interactive.ts'
import {formatAs} from './format-answer.ts'
import {askYesNo} from './prompt.ts'
import {interruptible} from './wait.ts'
import {writeAnswer, writeMessage} from './write-answer.ts'

export type AnswerFormat = 'text' | 'json' | 'yaml'

/** How a plan is shown and carried out. */
export interface PlanOptions {
  readonly dryRun: boolean
  readonly format: AnswerFormat
  /** What is logged when it begins. */
  readonly begins?: string
  /** What is asked besides, each a question of its own; --assume-yes answers them too. */
  readonly questions?: readonly string[]
}

/** How a command's plan is shown and carried out, by its flags. */
export const planOptions = (read: FormatReader & {readonly flag: (name: 'dry-run') => boolean}): PlanOptions => ({
  dryRun: read.flag('dry-run'),
  format: formatOf(read),
})

/** The format of a command's answer, by its flags. */
export const formatOf = (read: FormatReader): AnswerFormat => (read.text('output')?.value ?? 'text') as AnswerFormat

interface FormatReader {
  readonly text: (name: 'output') => OptionValue | undefined
}

/** What became of a plan. */
export interface PlanEnding {
  /** Whether it was carried out: not if there was nothing to do, nor with --dry-run. */
  readonly isChanged: boolean
  readonly failure?: AckError
  /** Plan and result, for --output. */
  readonly data: JsonObject
}

/**
 * Shows a plan, asks once, and carries it out. With --dry-run it is shown on stdout and nothing is done; else on stderr.
 *
 * @throws AckError `InvalidUsage` if nobody can be asked and --assume-yes is not set; `Cancelled` for a no
 */
export const runPlan = async (
  plan: Plan,
  {dryRun, format, begins, questions = []}: PlanOptions,
  invocation: Invocation,
): Promise<PlanEnding> => {
  const {log, options} = invocation
  if (dryRun || plan.changes.length === 0) {
    if (dryRun && format === 'text') await writeAnswer(printableLines(await describePlan(plan)))
    else for (const warning of plan.warnings) log.warn(warning)
    return {isChanged: false, data: {...(await planAsData(plan)), dryRun, changed: false}}
  }
  refuseIfNobodyCanAgree(plan, invocation)
  await log.flush()
  writeMessage(printableLines(await describePlan(plan)))
  await agreeTo([`Are you sure you want to ${plan.purpose}?`, ...questions], invocation)
  if (begins !== undefined) log.info(begins)
  const {steps, failure} = await interruptible((interrupted) =>
    carryOut(plan, {
      timeoutMs: options.timeoutMs,
      // Whoever interrupts the next step has to know what is done.
      report: async ({change, state, note}: Step) => {
        if (state === 'done') log.info(`done: ${change.title}${note === undefined ? '' : ` (${note})`}`)
        await log.flush()
      },
      pause: (milliseconds) => sleep(milliseconds),
      interrupted,
    }),
  )
  await log.flush()
  // A cancelled run is not reported as an error: what is done and what is not has to be said all the same.
  if (failure?.code === 'Cancelled') writeMessage(printableLines(`${failure.message}\nNext: ${failure.nextStep}\n`))
  const data = {...(await planAsData(plan, steps)), dryRun, changed: changedBy(steps)}
  return {isChanged: true, data, ...(failure ? {failure} : {})}
}

/** Whether a call that changes something was accepted; null if that is not known. A backup changes nothing. */
const changedBy = (steps: readonly Step[]): boolean | null => {
  if (steps.some(({isChanged}) => isChanged)) return true
  return steps.some(({isChanged}) => isChanged === undefined) ? null : false
}

/**
 * Ends a command that works by a plan: with the answer for programs, and the failure, if there was one.
 *
 * @param more - what the command adds to the answer
 * @throws AckError the plan's failure
 */
export const endPlan = async (
  {data, failure}: PlanEnding,
  {format}: PlanOptions,
  more: JsonObject = {},
): Promise<void> => {
  if (format !== 'text') {
    const answer = {...data, ...more, ...(failure ? {failure: asData(failure)} : {})}
    await writeAnswer(await formatAs(answer, format, () => ''))
  }
  if (failure) throw failure
}

const asData = ({code, message, nextStep}: AckError): JsonObject => ({code, message, nextStep})

const refuseIfNobodyCanAgree = ({purpose}: Plan, invocation: Invocation): void => {
  if (invocation.options.assumeYes || isInteractive(invocation)) return
  throw new AckError(
    'InvalidUsage',
    `nothing was done: to ${purpose} needs a yes, and there is no terminal to ask on`,
    'pass --assume-yes, or --dry-run to see what would be done',
  )
}

const agreeTo = async (questions: readonly string[], invocation: Invocation): Promise<void> => {
  if (invocation.options.assumeYes) return
  for (const question of questions) {
    if (await askYesNo(question)) continue
    writeMessage('Canceled!\n')
    throw new AckError('Cancelled', 'cancelled')
  }
}
