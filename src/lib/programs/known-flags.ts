import type {Runtime} from '../base/runtime.ts'
import {outputOf} from './run-program.ts'
import type {ToolVersion} from './tool-version.ts'

/**
 * The flags of a command, as the help of a program that is one of the two tools shows them.
 *
 * @param program - a path
 * @param command - its words
 * @returns long names without dashes; undefined if the program does not say
 */
export const knownFlags = async (
  program: string,
  tool: ToolVersion['tool'],
  command: string,
  runtime: Pick<Runtime, 'env' | 'platform'>,
): Promise<ReadonlySet<string> | undefined> => {
  const help = await outputOf(program, [...command.split(' '), tool === 'go' ? '--help' : '--help-all'], runtime)
  const names = new Set(help?.match(/(?<=\s--)[a-z][a-z\d-]*/g))
  return names.has('cluster-id') ? names : undefined
}
