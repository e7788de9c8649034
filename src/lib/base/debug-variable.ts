/** Words in `DEBUG` by which the Go tool switches its debug log on, and so does this one. */
export const DEBUG_LOG_WORDS: readonly string[] = ['sdk', 'tea', 'ack-ram-tool']

type MutableEnvironment = Record<string, string | undefined>

/**
 * Leaves in `DEBUG` only the words that are meant for this program or for oclif by name. Some libraries obey `DEBUG=*`
 * by writing to stdout, where the ExecCredential goes, others by showing what they send. They look at it as they are
 * loaded, so this comes before them.
 *
 * @param env - the process's own environment, which is changed
 */
export const keepOwnDebugWords = (env: MutableEnvironment): void => {
  delete env['DIAGNOSTICS']
  const words = (env['DEBUG'] ?? '').split(',').filter((word) => isOwn(word.trim().toLowerCase()))
  if (words.length > 0) env['DEBUG'] = words.join(',')
  else delete env['DEBUG']
}

const isOwn = (word: string): boolean => DEBUG_LOG_WORDS.includes(word) || word === 'oclif' || word.startsWith('oclif:')
