import type {Stats} from 'node:fs'

import {pathExists} from '../base/files/engine-io.ts'
import {pathBelow} from '../base/files/path-below.ts'
import {readUserFile, UntrustedFile} from '../base/files/read-user-file.ts'
import {writtenByOthers} from '../base/files/written-by-others.ts'
import {isJsonObject, parseJsonObject, type JsonObject} from '../base/json-object.ts'
import {isAbsolutePath} from '../base/is-absolute-path.ts'
import type {Runtime} from '../base/runtime.ts'

/** A third-party plugin, as the user's list of plugins names it. */
export interface InstalledPlugin {
  readonly name: string
  /** Installed by npm, or linked to a directory of the user's. */
  readonly type: 'user' | 'link'
  /** Its directory. */
  readonly root: string
  /** The npm tag or version range that was asked for. */
  readonly tag?: string
  /** What it was installed from, if not from the npm registry. */
  readonly url?: string
}

/** The user's list of plugins. */
export interface PluginList {
  /** Path of the file that holds it. */
  readonly path: string
  readonly plugins: readonly InstalledPlugin[]
  /** Why the file is not used, though it exists. */
  readonly fault?: string
}

/**
 * The third-party plugins that the user installed or linked.
 *
 * @see https://oclif.io/docs/config for the directory where oclif keeps the list of them
 */
export const installedPlugins = ({env, homeDir, platform}: Where): PluginList => {
  const dataDir = env['ACK_RAM_TOOL_DATA_DIR'] || defaultDataDir({env, homeDir, platform})
  if (dataDir === undefined) return {path: '', plugins: []}
  const path = pathBelow(dataDir, 'package.json')
  // Cheaper than to fail at opening the file.
  if (!pathExists(path)) return {path, plugins: []}
  const content = readObject(path)
  if (typeof content === 'string') return {path, plugins: [], fault: content}
  const oclif = content['oclif'] ?? {}
  if (!isJsonObject(oclif)) return {path, plugins: [], fault: NOT_READ}
  const entries = Array.isArray(oclif['plugins']) ? (oclif['plugins'] as readonly unknown[]) : []
  return {path, plugins: entries.flatMap((entry) => installedPlugin(entry, dataDir) ?? [])}
}

/** Whether oclif has to look after third-party plugins, or warn of a list that cannot be used. */
export const hasPlugins = ({plugins, fault}: PluginList): boolean => plugins.length > 0 || fault !== undefined

/** oclif writes it: it is never a pipe. What it names runs as this user. */
const LIST_FILE = {maxBytes: 1024 * 1024, waitMs: 0, distrust: (status: Stats) => writtenByOthers(status, true)}

const NOT_READ = 'it cannot be read'

const defaultDataDir = ({env, homeDir, platform}: Where): string | undefined => {
  const {XDG_DATA_HOME: xdg = ''} = env
  const base = isAbsolutePath(xdg, platform) ? xdg : platform === 'win32' && env['LOCALAPPDATA']
  if (base) return pathBelow(base, 'ack-ram-tool')
  return homeDir === undefined ? undefined : pathBelow(homeDir, '.local', 'share', 'ack-ram-tool')
}

type Where = Pick<Runtime, 'env' | 'homeDir' | 'platform'>

/** @returns the reason if it cannot be used */
const readObject = (path: string): JsonObject | string => {
  try {
    return parseJsonObject(readUserFile(path, LIST_FILE).toString('utf8')) ?? NOT_READ
  } catch (error) {
    return error instanceof UntrustedFile ? error.message : NOT_READ
  }
}

const installedPlugin = (entry: unknown, dataDir: string): InstalledPlugin | undefined => {
  if (!isJsonObject(entry)) return undefined
  const {name, type, root, tag, url} = entry
  if (typeof name !== 'string') return undefined
  if (type === 'link' && typeof root === 'string') return {name, type, root}
  if (type !== 'user') return undefined
  return {
    name,
    type,
    root: pathBelow(dataDir, 'node_modules', ...name.split('/')),
    ...(typeof tag === 'string' ? {tag} : {}),
    ...(typeof url === 'string' ? {url} : {}),
  }
}
