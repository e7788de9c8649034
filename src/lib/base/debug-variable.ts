/** Words in `DEBUG` that switch the debug log on, as in the Go tool. */
export const DEBUG_LOG_WORDS: readonly string[] = ['sdk', 'tea', 'ack-ram-tool']

type MutableEnvironment = Record<string, string | undefined>

/**
 * Removes from `DEBUG` every word that does not name this program or oclif. Some libraries obey `DEBUG=*` by writing to
 * stdout, which must hold the ExecCredential alone; others log what they send. They read it while they are loaded, so
 * call this first.
 *
 * @param env - the process's own environment, which is changed
 */
export const keepOwnDebugWords = (env: MutableEnvironment): void => {
  if (env['DIAGNOSTICS']) delete env['DIAGNOSTICS']
  if (!env['DEBUG']) return
  const words = (env['DEBUG'] ?? '').split(',').filter((word) => isOwn(word.trim().toLowerCase()))
  if (words.length > 0) env['DEBUG'] = words.join(',')
  else delete env['DEBUG']
}

const isOwn = (word: string): boolean => DEBUG_LOG_WORDS.includes(word) || word === 'oclif' || word.startsWith('oclif:')
