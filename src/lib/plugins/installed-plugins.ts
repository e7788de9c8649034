import {pathExists} from '../base/files/engine-io.ts'
import {pathBelow} from '../base/files/path-below.ts'
import {readUserFile} from '../base/files/read-user-file.ts'
import {isJsonObject, parseJsonObject} from '../base/json-object.ts'
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
  /** The file exists, but cannot be read or parsed. */
  readonly isUnreadable?: true
}

/**
 * The third-party plugins that the user installed or linked.
 *
 * @see https://oclif.io/docs/config for the directory where oclif keeps the list of them
 */
export const installedPlugins = ({env, homeDir, platform}: Where): PluginList => {
  const base =
    env['XDG_DATA_HOME'] || (platform === 'win32' && env['LOCALAPPDATA']) || pathBelow(homeDir, '.local', 'share')
  const dataDir = env['ACK_RAM_TOOL_DATA_DIR'] || pathBelow(base, 'ack-ram-tool')
  const path = pathBelow(dataDir, 'package.json')
  // Cheaper than to fail at opening the file.
  if (!pathExists(path)) return {path, plugins: []}
  const content = readObject(path)
  const oclif = content?.['oclif'] ?? {}
  if (!content || !isJsonObject(oclif)) return {path, plugins: [], isUnreadable: true}
  const entries = Array.isArray(oclif['plugins']) ? (oclif['plugins'] as readonly unknown[]) : []
  return {path, plugins: entries.flatMap((entry) => installedPlugin(entry, dataDir) ?? [])}
}

/** Whether oclif has to look after third-party plugins, or warn of a list that cannot be read. */
export const hasPlugins = ({plugins, isUnreadable}: PluginList): boolean => plugins.length > 0 || isUnreadable === true

/** oclif writes it: it is never a pipe. */
const LIST_FILE = {maxBytes: 1024 * 1024, waitMs: 0}

type Where = Pick<Runtime, 'env' | 'homeDir' | 'platform'>

const readObject = (path: string): ReturnType<typeof parseJsonObject> => {
  try {
    return parseJsonObject(readUserFile(path, LIST_FILE).toString('utf8'))
  } catch {
    return undefined
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
