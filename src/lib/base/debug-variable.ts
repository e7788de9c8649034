import {hideVariable, type MutableEnvironment} from './given-environment.ts'

/** Words in `DEBUG` that switch the debug log on, as in the Go tool. */
export const DEBUG_LOG_WORDS: readonly string[] = ['sdk', 'tea', 'ack-ram-tool']

/**
 * Removes from `DEBUG` every word that does not name this program or oclif. Some libraries obey `DEBUG=*` by writing to
 * stdout, which must hold the ExecCredential alone; others log what they send. They read it while they are loaded, so
 * call this first. Programs of the user get what was given. Node has read `NODE_DEBUG` by then, and would log the headers
 * of requests: what it writes is dropped.
 *
 * @param env - the process's own environment, which is changed
 */
export const narrowDebugVariable = (env: MutableEnvironment): void => {
  if (env['NODE_DEBUG']) dropNodeDebug()
  if (env['DIAGNOSTICS']) hideVariable(env, 'DIAGNOSTICS')
  if (env['DEBUG'] === undefined) return
  const words = env['DEBUG'].split(',').filter((word) => isOwn(word.trim().toLowerCase()))
  hideVariable(env, 'DEBUG', words.length > 0 ? words.join(',') : undefined)
}

/**
 * Drops what `util.debuglog` writes, a call for each: the section in capitals, the process's number, a colon; and what
 * Node warns of for some sections.
 */
const dropNodeDebug = (): void => {
  const {stderr, pid} = process
  // Around the number there may be a colour.
  const line = new RegExp(
    `^(?:[^\\s:]+ \\S*${pid}\\S*: |\\(node:${pid}\\) Warning: Setting the NODE_DEBUG |\\(Use \\S+ --trace-warnings )`,
  )
  const write = stderr.write.bind(stderr) as (...given: unknown[]) => boolean
  stderr.write = (...given: unknown[]): boolean =>
    typeof given[0] === 'string' && line.test(given[0]) ? true : write(...given)
}

const isOwn = (word: string): boolean => DEBUG_LOG_WORDS.includes(word) || word === 'oclif' || word.startsWith('oclif:')
