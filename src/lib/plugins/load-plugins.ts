import {join} from 'node:path'

import {Plugin} from '@oclif/core'
import type {Options} from '@oclif/core/interfaces'

import {errorCode} from '../base/error-code.ts'
import {AckError} from '../base/errors.ts'
import {readUserFile, whyUnreadable} from '../base/files/read-user-file.ts'
import {foreignLine} from '../base/foreign-line.ts'
import {isJsonObject, parseJsonObject} from '../base/json-object.ts'
import type {Log} from '../base/log/log.ts'
import {callPlugin, uninstallCommand} from './call-plugin.ts'
import {CONTRACT_VERSION, CREDENTIAL_ISSUED_HOOK, CREDENTIAL_SOURCE_HOOK} from './contract.ts'
import {loadTellingFault} from './faulty-commands.ts'
import {isThirdParty} from './hooks.ts'
import {loadUnrun, onlyShown} from './load-unrun.ts'
import type {InstalledPlugin, PluginList} from './installed-plugins.ts'

/** How plugins are loaded. */
interface Loading {
  readonly log: Log
  /** When it has to end. */
  readonly deadline: Date
  /** Whether code of third-party plugins may run: else they have no hook, and of commands only what a manifest says. */
  readonly runsPlugins: boolean
}

/**
 * Loads our plugins and the third-party ones, as oclif would, except that a plugin which cannot be loaded is skipped with
 * one warning that names it.
 *
 * @param root - the directory of this package
 * @returns options for oclif's configuration
 */
export const loadPlugins = async (
  root: string,
  {path, plugins, fault}: PluginList,
  loading: Loading,
): Promise<Options> => {
  const {log} = loading
  if (fault !== undefined) log.warn(`the list of plugins in ${path} is not used, all plugins skipped: ${fault}`)
  const own = new Plugin({isRoot: true, root})
  await own.load()
  const core = (own.pjson.oclif.plugins ?? []).map((name) => new Plugin({name, root: own.root, type: 'core'}))
  await Promise.all(core.map((plugin) => plugin.load()))
  const loaded = new Map<string, Plugin>([own, ...core].map((plugin) => [plugin.name, plugin]))
  for (const plugin of plugins) {
    try {
      for (const each of await loadInstalled(plugin, path, loading)) {
        if (loaded.has(each.plugin.name)) continue
        loaded.set(each.plugin.name, each.plugin)
        if (each.fault !== undefined) log.warn(each.fault)
      }
    } catch (error) {
      log.warn(`plugin ${plugin.name} skipped: ${foreignLine(reasonOf(error, plugin.name))}`)
    }
  }
  for (const plugin of loaded.values()) {
    const refusal = refusalOf(plugin)
    if (!loading.runsPlugins && isThirdParty(plugin)) plugin.hooks = onlyShown(plugin.hooks)
    if (!refusal) continue
    refuse(plugin, refusal)
    log.warn(refusal.message)
  }
  return {root, plugins: loaded}
}

interface LoadedPlugin {
  readonly plugin: Plugin
  /** One line about its commands that cannot be loaded; undefined if there are none. */
  readonly fault: string | undefined
}

const loadInstalled = async (
  installed: InstalledPlugin,
  list: string,
  loading: Loading,
): Promise<readonly LoadedPlugin[]> => {
  checkManifest(installed.root)
  const {name, type, tag, url} = installed
  const root = type === 'link' ? installed.root : list
  const plugin = new Plugin({name, type, root, ...(tag ? {tag} : {}), ...(url ? {url} : {})})
  return [await loadOne(plugin, name, loading), ...(await loadChildren(plugin, loading))]
}

/** Loads a plugin. Without a manifest, oclif imports every command to make one. */
const loadOne = async (plugin: Plugin, name: string, {deadline, runsPlugins}: Loading): Promise<LoadedPlugin> => {
  if (!runsPlugins) {
    await loadUnrun(plugin)
    return {plugin, fault: undefined}
  }
  const load = (): Promise<string | undefined> => loadTellingFault(plugin)
  const fault = await callPlugin({plugin: name, where: 'while loading its commands', deadline}, load)
  return {plugin, fault}
}

/** The reason without the plugin's name, which the warning has already. */
const reasonOf = (error: unknown, plugin: string): string => {
  const cause = AckError.is(error) && error.cause instanceof Error ? error.cause : error
  if (!(cause instanceof Error)) return String(cause)
  // The parser's own message may quote the file.
  if (cause instanceof SyntaxError && cause.message.includes('JSON')) return 'a file of it is not JSON'
  const missing = describeMissing(cause)
  if (missing === undefined) return cause.message
  return `${missing}: install or link the plugin again, or uninstall it: ${uninstallCommand(plugin)}`
}

/** What oclif says in the words of the system, or by an object on five lines. */
const describeMissing = (error: Error): string | undefined => {
  const {path} = error as NodeJS.ErrnoException
  if (errorCode(error) === 'ENOENT' && path !== undefined) return `${path} does not exist`
  const [, name] = /^could not find package\.json with [^]*?\bname: '([^']*)'/.exec(error.message) ?? []
  return name === undefined ? undefined : `no package.json of ${name} found`
}

/** The plugins that a plugin depends on. */
const loadChildren = async (parent: Plugin, loading: Loading): Promise<readonly LoadedPlugin[]> => {
  const names = (parent.pjson.oclif.plugins ?? []).filter((name) => name in (parent.pjson.dependencies ?? {}))
  const loaded: LoadedPlugin[] = []
  for (const name of names) {
    const child = new Plugin({name, root: parent.root, type: parent.type, parent})
    loaded.push(await loadOne(child, name, loading), ...(await loadChildren(child, loading)))
  }
  parent.children = loaded.map(({plugin}) => plugin)
  return loaded
}

/** In the order in which oclif looks for them. */
const MANIFEST_NAMES = ['oclif.manifest.json', '.oclif.manifest.json']

/** @throws Error for a manifest that oclif could not use, or would only warn of */
const checkManifest = (root: string): void => {
  const manifest = MANIFEST_NAMES.map((name) => readIfThere(join(root, name))).find((text) => text !== undefined)
  if (manifest === undefined) return
  const {commands, version} = parseJsonObject(manifest) ?? {}
  if (!isJsonObject(commands) || typeof version !== 'string')
    throw new Error(
      'cannot parse its oclif.manifest.json: reinstall the plugin, or recreate the manifest: npx oclif manifest',
    )
  const ofPackage = parseJsonObject(readIfThere(join(root, 'package.json')) ?? '')?.['version']
  if (version !== ofPackage)
    throw new Error(
      `its oclif.manifest.json is of version ${version}, its package.json of ${String(ofPackage)}: recreate it: npx oclif manifest`,
    )
}

/** A manifest has all commands with their help. */
const MANIFEST_FILE = {maxBytes: 16 * 1024 * 1024, waitMs: 0}

const readIfThere = (path: string): string | undefined => {
  try {
    return readUserFile(path, MANIFEST_FILE).toString('utf8')
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw new Error(`cannot read ${path}: ${whyUnreadable(error)}`, {cause: error})
  }
}

/** The key in a plugin's package.json under which it declares its version of the contract. */
const DECLARED_IN = 'ack-ram-tool'

/**
 * Why a plugin must not run: it declares another version of the contract, or uses the contract without declaring one.
 *
 * @returns undefined for a plugin that may run
 */
const refusalOf = (plugin: Plugin): AckError | undefined => {
  if (!isThirdParty(plugin)) return undefined
  const declaration: unknown = (plugin.pjson as unknown as Record<string, unknown>)[DECLARED_IN]
  const version = isJsonObject(declaration) ? declaration['contract'] : undefined
  if (version === CONTRACT_VERSION) return undefined
  const usesContract = [CREDENTIAL_SOURCE_HOOK, CREDENTIAL_ISSUED_HOOK].some((event) => event in plugin.hooks)
  if (version === undefined && !usesContract) return undefined
  return contractMismatch(plugin.name, version)
}

/**
 * The refusal of a plugin that was made for another version of the contract.
 *
 * @param version - the version that the plugin declares, if it declares one
 */
export const contractMismatch = (plugin: string, version: unknown): AckError =>
  new AckError(
    'PluginRefused',
    `plugin ${plugin} skipped: it ${
      version === undefined
        ? 'does not declare a version of the plugin contract'
        : `needs version ${JSON.stringify(version)} of the plugin contract`
    }, and this program has version ${CONTRACT_VERSION}`,
    `look for another version: ack-ram-tool plugins update; or uninstall it: ${uninstallCommand(plugin)}`,
  )

/** From now on no hook of the plugin runs, and its commands fail with the refusal. */
const refuse = (plugin: Plugin, refusal: AckError): void => {
  plugin.hooks = {}
  plugin.findCommand = (): Promise<never> => Promise.reject(refusal)
}
