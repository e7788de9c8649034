import {printable} from '../base/printable.ts'
import type {Runtime} from '../base/runtime.ts'
import {outputOf} from './run-program.ts'

/** Which of the two tools of this name a program is, and its version. */
export interface ToolVersion {
  readonly tool: 'this' | 'go'
  readonly version: string
}

const MAX_CHARACTERS = 64

/** A version as another program says it, made safe to show: on one line, and no longer than a version is. */
export const shownVersion = (said: string): string => printable(said).slice(0, MAX_CHARACTERS).trim()

/** Asks a program; undefined for one that is neither of the two. */
export const toolVersion = async (
  program: string,
  runtime: Pick<Runtime, 'env' | 'platform'>,
): Promise<ToolVersion | undefined> => {
  const text =
    (await outputOf(program, ['version'], runtime)) ?? (await outputOf(program, ['--version'], runtime)) ?? ''
  const lines = new Map(text.split('\n').map((line) => [line.split(':', 1)[0] ?? '', line.replace(/^[^:]*:\s*/, '')]))
  const version = lines.get('Version') ?? /^ack-ram-tool\/(\S+)/.exec(text)?.[1]
  if (version === undefined) return undefined
  return {
    tool: lines.has('Version') && !lines.has('Runtime') ? 'go' : 'this',
    version: shownVersion(version),
  }
}

/** A tool and its version in words. */
export const describeTool = (tool: 'this' | 'go' | undefined, version: string | undefined): string => {
  if (tool === undefined) return 'does not say its version'
  return tool === 'go' ? `the Go tool ${version}` : `version ${version}`
}
