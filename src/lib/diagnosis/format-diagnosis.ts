import {printable} from '../base/printable.ts'
import type {Diagnosis} from './diagnose.ts'

const WIDTH = 'problem'.length

/** A diagnosis for a person: a line for each finding, with its remedy below, and one last line that counts. */
export const formatDiagnosis = ({groups}: Diagnosis): string => {
  const lines = groups.flatMap(({name, findings}) => [
    name,
    ...findings.flatMap(({level, text, remedy}) => [
      `  ${level.padEnd(WIDTH)}  ${printable(text)}`,
      ...(remedy === '' ? [] : [`  ${' '.repeat(WIDTH)}  Next: ${printable(remedy)}`]),
    ]),
    '',
  ])
  const all = groups.flatMap(({findings}) => findings)
  const count = (level: string): number => all.filter((finding) => finding.level === level).length
  const [problems, warnings] = [count('problem'), count('warning')]
  return `${[...lines, `${plural(problems, 'problem')}, ${plural(warnings, 'warning')}`].join('\n')}\n`
}

const plural = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`
