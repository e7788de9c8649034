import {printable} from '../base/printable.ts'
import type {Inspection} from '../use-cases/inspect-token.ts'

/**
 * An inspection for a person: a line for each check, with the next step below one that did not pass.
 *
 * @param mappingYaml - what an administrator would have to create; empty if STS was not asked
 */
export const formatInspection = ({checks, identity}: Inspection, mappingYaml: string): string => {
  const width = Math.max(...checks.map(({check}) => check.length))
  const lines = checks.flatMap(({check, result, why, nextStep}) => [
    `${result.padEnd(7)}  ${check.padEnd(width)}  ${printable(why)}`,
    ...(nextStep === '' ? [] : [`${' '.repeat(width + 11)}Next: ${printable(nextStep)}`]),
  ])
  if (!identity) return `${lines.join('\n')}\n`
  const {accountId, arn, canonicalArn} = identity
  return [
    ...lines,
    '',
    `account        ${printable(accountId)}`,
    `ARN            ${printable(arn)}`,
    `looked up as   ${printable(canonicalArn)}`,
    '',
    'The cluster knows it by an object such as this, which its administrator creates:',
    '',
    mappingYaml,
  ].join('\n')
}
