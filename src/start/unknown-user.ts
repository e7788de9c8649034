/** A home in which nothing is found or made. */
const NO_HOME = '/dev/null'

/**
 * Runs a part of oclif that asks the system for a home directory and a shell, where the environment does not name them:
 * for a user whom the system does not know, as in a container that runs under any number, that throws.
 *
 * @param homeDir - undefined where there is none
 */
export const asUnknownUser = async <T>(homeDir: string | undefined, run: () => Promise<T>): Promise<T> => {
  if (process.platform === 'win32') return run()
  const os = process.getBuiltinModule('node:os')
  const {homedir, userInfo} = os
  // oxlint-disable-next-line node/no-process-env -- oclif reads it itself
  const {env} = process
  const {HOME: home} = env
  try {
    if (homeDir === undefined) {
      env['HOME'] = NO_HOME
      // Bun does not look into the variable.
      os.homedir = () => NO_HOME
    }
    os.userInfo = userInfoOr(userInfo)
    return await run()
  } finally {
    // The programs of the user see what was given.
    if (home === undefined) delete env['HOME']
    else env['HOME'] = home
    Object.assign(os, {homedir, userInfo})
  }
}

/** The same, with nothing known of a user whom the system does not know. */
const userInfoOr = (userInfo: () => object): never =>
  (() => {
    try {
      return userInfo()
    } catch {
      return {shell: null}
    }
  }) as never
