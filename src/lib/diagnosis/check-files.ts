import {statSync, type Stats} from 'node:fs'

import {findCacheDir} from '../cache/find-cache-dir.ts'
import {AckError} from '../base/errors.ts'
import {errorCode} from '../base/error-code.ts'
import {absolutePath} from '../base/files/absolute-path.ts'
import {isForeign} from '../base/files/private-file.ts'
import type {Runtime} from '../base/runtime.ts'
import {posixWord} from '../base/shell-words.ts'
import {FILE_VARIABLE} from '../credentials/selection/search-order.ts'
import {cliConfigPath, credentialsIniPath} from '../profile-files/credential-files.ts'
import {expandHome} from '../base/files/expand-home.ts'
import type {Invocation} from '../use-cases/invocation.ts'
import {ok, problem, skipped, warning, type Finding} from './finding.ts'

/** Owner and mode of what holds secrets, credential files and the cache, and of kubeconfigs, which may. */
export const checkFiles = (
  context: Pick<Invocation, 'options' | 'runtime' | 'log'>,
  kubeconfigs: readonly string[],
): readonly Finding[] => {
  const {options, runtime} = context
  const {homeDir, env} = runtime
  const {profileFile} = options
  const named = env[FILE_VARIABLE]
  const places = [
    () => (profileFile ? expandHome(profileFile.value, homeDir) : undefined),
    // Taken as it stands there, as by the search for credentials.
    () => (named && !profileFile ? absolutePath(named) : undefined),
    () => cliConfigPath(runtime),
    () => credentialsIniPath(runtime),
    () => findCacheDir(context)?.path,
  ].map(placeOf)
  const secret = new Set(places.flatMap(({path}) => path ?? []))
  const paths = [...secret, ...kubeconfigs]
  const found = [
    ...places.flatMap(({unknown}) => unknown ?? []),
    ...paths.flatMap((path) => checkPath(path, runtime, secret.has(path)) ?? []),
  ]
  return found.length > 0 ? found : [skipped('there are no credential files, kubeconfigs or cache')]
}

/** Where something is. What is below a home directory that there is not counts only where it is needed, and says so there. */
const placeOf = (find: () => string | undefined): {readonly path?: string | undefined; readonly unknown?: Finding} => {
  try {
    return {path: find()}
  } catch (error) {
    if (!AckError.is(error)) throw error
    return {unknown: skipped(`not looked at: ${error.message}`)}
  }
}

/** A path as a word of a command, with `~` for the home directory outside of the quotes, where a shell knows it. */
const wordFor = (path: string, homeDir: string | undefined): string => {
  const home = homeDir?.replace(/\/+$/, '')
  return home && path.startsWith(`${home}/`) ? `~/${posixWord(path.slice(home.length + 1))}` : posixWord(path)
}

const checkPath = (
  path: string,
  {platform, homeDir}: Pick<Runtime, 'platform' | 'homeDir'>,
  isSecret: boolean,
): Finding | undefined => {
  let status: Stats
  try {
    status = statSync(path)
  } catch (error) {
    const code = errorCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    return problem(`${path} cannot be read: ${code}`, 'make it readable for this user')
  }
  if (platform === 'win32') return ok(`${path} is there; its access control list is that of its directory`)
  const mode = (status.mode & 0o777).toString(8).padStart(4, '0')
  const wanted = status.isDirectory() ? '0700' : '0600'
  if (isForeign(status) && process.geteuid?.() !== 0)
    return problem(
      `${path} belongs to another user (uid ${status.uid})`,
      `make it this user's own, or use another file`,
    )
  const close = `chmod ${wanted} ${wordFor(path, homeDir)}`
  if ((status.mode & 0o044) !== 0)
    return (isSecret ? problem : warning)(`${path} has mode ${mode}: other users can read what is in it`, close)
  if ((status.mode & 0o022) !== 0) return problem(`${path} has mode ${mode}: other users can change it`, close)
  return ok(`${path} has mode ${mode}`)
}
