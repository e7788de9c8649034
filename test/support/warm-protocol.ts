/** A command line for a warm process to run, with the whole environment. */
export interface Order {
  readonly args: readonly string[]
  readonly env: NodeJS.ProcessEnv
}

/** How a command line ended; and, when nothing of it is left, that the process can take another one. */
export type Report = {readonly exitCode: number} | 'ready'

/** What stands on stdout and stderr before and after the output of each. */
export const BEGIN = '\0begin\0'
export const END = '\0end\0'
