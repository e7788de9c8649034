import {readdir} from 'node:fs/promises'

import {cacheDir} from '../../cache/cache-settings.ts'
import {pathBelow} from '../../base/files/path-below.ts'
import {readPrivateFile} from '../../base/files/private-file.ts'
import {isJsonObject, parseJsonObject} from '../../base/json-object.ts'
import {readKubeconfigFile} from '../../kubeconfig/file/kubeconfig-file.ts'
import {kubeconfigPaths} from '../../kubeconfig/kubeconfig-paths.ts'
import {ourExecFacts} from '../../kubeconfig/entries/our-exec-entry.ts'
import {parseCliConfig} from '../../profile-files/cli-config.ts'
import {cliConfigPath, credentialsIniPath} from '../../profile-files/credential-files.ts'
import {parseCredentialsIni} from '../../profile-files/credentials-ini.ts'
import {expandHome, readCredentialFile} from '../../profile-files/read-file.ts'
import type {Runtime} from '../../base/runtime.ts'
import {loadYaml} from '../../yaml/yaml-library.ts'

/** Where to look for values. */
export interface ValueContext {
  readonly runtime: Runtime
  /** The credential file that the command line names. */
  readonly profileFile?: string | undefined
}

/** Somebody waits at a prompt: a pipe is no reason to. */
const PIPE_WAIT_MS = 0

/**
 * The values of an option in the user's own files: profile names, and the IDs of clusters that were used before. A file
 * that cannot be read is ignored.
 *
 * @param option - its long name
 */
export const knownValues = async (option: string, context: ValueContext): Promise<readonly string[]> => {
  if (option === 'profile-name') return [...new Set(await profileNames(context))]
  if (option === 'cluster-id')
    return [...new Set([...(await clustersOfKubeconfigs(context)), ...(await clustersOfCache(context))])]
  return []
}

const profileNames = async ({runtime, profileFile}: ValueContext): Promise<readonly string[]> => {
  if (profileFile !== undefined) {
    const isCliConfig = profileFile.endsWith('.json')
    return namesIn(() => expandHome(profileFile, runtime.homeDir), isCliConfig ? parseCliConfig : parseCredentialsIni)
  }
  const lists = [
    namesIn(() => cliConfigPath(runtime), parseCliConfig),
    namesIn(() => credentialsIniPath(runtime), parseCredentialsIni),
  ]
  return (await Promise.all(lists)).flat()
}

const namesIn = (where: () => string | undefined, parse: typeof parseCliConfig): Promise<readonly string[]> =>
  orNone(async () => {
    const path = where()
    const text = path && (await readCredentialFile(path, PIPE_WAIT_MS))
    return path && text ? parse(text, path).profiles.map(({name}) => name) : []
  })

const clustersOfKubeconfigs = ({runtime}: ValueContext): Promise<readonly string[]> =>
  orNone(async () => {
    const ids = kubeconfigPaths(undefined, runtime).map((path) => orNone(() => clustersOfKubeconfig(path)))
    return (await Promise.all(ids)).flat()
  })

const clustersOfKubeconfig = async (path: string): Promise<readonly string[]> => {
  const yaml = await loadYaml()
  const parsed = yaml.parse((await readKubeconfigFile(path, PIPE_WAIT_MS)) ?? '')
  const users = 'value' in parsed && isJsonObject(parsed.value) ? parsed.value['users'] : []
  return (Array.isArray(users) ? (users as readonly unknown[]) : []).flatMap((entry) => {
    const user = isJsonObject(entry) ? entry['user'] : undefined
    return ourExecFacts(isJsonObject(user) ? user['exec'] : undefined)?.clusterId ?? []
  })
}

/** The identity of a cached certificate holds the ID of its cluster. */
const clustersOfCache = ({runtime}: ValueContext): Promise<readonly string[]> =>
  orNone(async () => {
    const dir = cacheDir({cacheDir: undefined}, runtime)
    if (dir === undefined) return []
    const entries = (await readdir(dir)).filter((name) => name.endsWith('.json'))
    return entries.flatMap((name) => {
      const file = readPrivateFile(pathBelow(dir, name), runtime.platform)
      const identity = file.state === 'read' ? parseJsonObject(file.text)?.['identity'] : undefined
      const pairs = Array.isArray(identity) ? (identity as readonly unknown[]) : []
      return pairs.flatMap((pair) =>
        Array.isArray(pair) && pair[0] === 'clusterId' && typeof pair[1] === 'string' ? [pair[1]] : [],
      )
    })
  })

const orNone = async (look: () => Promise<readonly string[]>): Promise<readonly string[]> => {
  try {
    return await look()
  } catch {
    return []
  }
}
