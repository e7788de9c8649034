import {basename} from 'node:path'

import type {Runtime} from '../base/runtime.ts'
import {realPath} from './find-programs.ts'
import {isGoTool, startedBy} from './program-file.ts'
import {toolVersion} from './tool-version.ts'

/** The name under which this program is installed. */
export const PROGRAM_NAME = 'ack-ram-tool'

/** What a program is, as far as can be told: this very one, another copy of it, the Go tool, or something else. */
export type Recognised = {readonly is: 'this' | 'go' | 'unknown'} | {readonly is: 'copy'; readonly version: string}

/**
 * Finds out what a program is: by where it is and what is in it. It is run, for its version, only if its name promises that
 * it is this program: any other may be a wrapper, or may do harm with these words.
 *
 * @param path - of an executable file
 */
export const recogniseProgram = async (path: string, runtime: Runtime): Promise<Recognised> => {
  const self = realPath(runtime.program)
  if ([path, ...startedBy(path)].some((file) => realPath(file) === self)) return {is: 'this'}
  if (isGoTool(path)) return {is: 'go'}
  if (basename(path).replace(/\.\w+$/, '') !== PROGRAM_NAME) return {is: 'unknown'}
  const {tool, version} = (await toolVersion(path, runtime)) ?? {}
  if (tool === undefined || version === undefined) return {is: 'unknown'}
  if (tool === 'go') return {is: 'go'}
  return {is: 'copy', version}
}
