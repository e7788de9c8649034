import type {JsonObject} from '../base/json-object.ts'
import type {Change, Plan, Step} from './plan.ts'
import {unifiedDiff} from './unified-diff.ts'

/**
 * A plan for a person: what was found, warnings, what changes as a unified diff, and the calls.
 *
 * @returns text with a final newline
 */
export const describePlan = async ({warnings, findings = '', changes}: Plan): Promise<string> => {
  const diffs = await Promise.all(changes.flatMap(({diff}) => (diff ? [unifiedDiff(diff)] : [])))
  if (changes.length === 0) return [...warnings.map((warning) => `Warning: ${warning}\n`), 'Nothing to do.\n'].join('')
  const calls = changes.map(({title, call}, index) => `  ${index + 1}. ${title} (${call})\n`)
  return [findings, ...warnings.map((warning) => `Warning: ${warning}\n`), ...diffs, 'Planned calls:\n', ...calls].join(
    '',
  )
}

/** A plan, and what became of it, for programs. */
export const planAsData = async (plan: Plan, steps?: readonly Step[]): Promise<JsonObject> => ({
  purpose: plan.purpose,
  warnings: plan.warnings,
  changes: await Promise.all(plan.changes.map((change, index) => changeAsData(change, steps?.[index]))),
})

const changeAsData = async (
  {title, call, target, parameters, diff}: Change,
  step: Step | undefined,
): Promise<JsonObject> => ({
  title,
  call,
  target,
  ...(parameters ? {parameters} : {}),
  ...(diff ? {diff: await unifiedDiff(diff)} : {}),
  state: step?.state ?? 'planned',
  ...(step?.note === undefined ? {} : {note: step.note}),
})
