import {readFile} from 'node:fs/promises'
import {join} from 'node:path'

import {Plugin} from '@oclif/core'
import type {Options} from '@oclif/core/interfaces'

import {AckError} from '../base/errors.ts'
import {isJsonObject, parseJsonObject} from '../base/json-object.ts'
import type {Log} from '../base/log/log.ts'
import {callPlugin} from './call-plugin.ts'
import {CONTRACT_VERSION, CREDENTIAL_ISSUED_HOOK, CREDENTIAL_SOURCE_HOOK} from './contract.ts'
import {isThirdParty} from './hooks.ts'
import type {InstalledPlugin, PluginList} from './installed-plugins.ts'

/**
 * Loads our plugins and those of others, as oclif would, but so that a plugin which cannot be loaded is named in one
 * warning, and none can bring the program down.
 *
 * @param root - the directory of this package
 * @param deadline - when loading has to end
 * @returns what oclif is configured with
 */
export const loadPlugins = async (
  root: string,
  {path, plugins, isUnreadable}: PluginList,
  log: Log,
  deadline: Date,
): Promise<Options> => {
  if (isUnreadable) log.warn(`the list of plugins in ${path} cannot be read: they are left out`)
  const own = new Plugin({isRoot: true, root})
  await own.load()
  const core = (own.pjson.oclif.plugins ?? []).map((name) => new Plugin({name, root: own.root, type: 'core'}))
  await Promise.all(core.map((plugin) => plugin.load()))
  const loaded = new Map<string, Plugin>([own, ...core].map((plugin) => [plugin.name, plugin]))
  for (const plugin of plugins) {
    try {
      for (const each of await loadInstalled(plugin, path, deadline))
        if (!loaded.has(each.name)) loaded.set(each.name, each)
    } catch (error) {
      log.warn(`plugin ${plugin.name} is left out: ${reasonOf(error)}`)
    }
  }
  for (const plugin of loaded.values()) {
    const refusal = refusalOf(plugin)
    if (!refusal) continue
    refuse(plugin, refusal)
    log.warn(refusal.message)
  }
  return {root, plugins: loaded}
}

const loadInstalled = async (installed: InstalledPlugin, list: string, deadline: Date): Promise<readonly Plugin[]> => {
  await checkManifest(installed.root)
  const {name, type, tag, url} = installed
  const root = type === 'link' ? installed.root : list
  const plugin = new Plugin({name, type, root, ...(tag ? {tag} : {}), ...(url ? {url} : {})})
  // Without a manifest oclif imports every command of it to make one.
  await callPlugin({plugin: name, what: 'its commands', deadline}, () => plugin.load())
  return [plugin, ...(await loadChildren(plugin, deadline))]
}

/** What happened in it: that it is this plugin is said already. */
const reasonOf = (error: unknown): string => {
  const cause = AckError.is(error) && error.cause instanceof Error ? error.cause : error
  return cause instanceof Error ? cause.message : String(cause)
}

/** The plugins that a plugin brings along. */
const loadChildren = async (parent: Plugin, deadline: Date): Promise<readonly Plugin[]> => {
  const names = (parent.pjson.oclif.plugins ?? []).filter((name) => name in (parent.pjson.dependencies ?? {}))
  const children: Plugin[] = []
  for (const name of names) {
    const child = new Plugin({name, root: parent.root, type: parent.type, parent})
    await callPlugin({plugin: name, what: 'its commands', deadline}, () => child.load())
    children.push(child, ...(await loadChildren(child, deadline)))
  }
  parent.children = children
  return children
}

/** @throws Error for a manifest that oclif could not use, or would only complain of */
const checkManifest = async (root: string): Promise<void> => {
  const manifest = await readIfThere(join(root, 'oclif.manifest.json'))
  if (manifest === undefined) return
  const {commands, version} = parseJsonObject(manifest) ?? {}
  if (!isJsonObject(commands) || typeof version !== 'string')
    throw new Error(
      'its oclif.manifest.json cannot be read; install it again, or make the manifest anew: npx oclif manifest',
    )
  const ofPackage = parseJsonObject((await readIfThere(join(root, 'package.json'))) ?? '')?.['version']
  if (version !== ofPackage)
    throw new Error(
      `its oclif.manifest.json is of version ${version}, not of ${String(ofPackage)}: make it anew: npx oclif manifest`,
    )
}

const readIfThere = async (path: string): Promise<string | undefined> => {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new Error(`${path} cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown error'}`, {
      cause: error,
    })
  }
}

/** Where a plugin's package.json says which version of the contract it is made for. */
const DECLARED_IN = 'ack-ram-tool'

/**
 * Why a plugin's hooks and commands are not run: it is made for another version of the contract, or uses it and does
 * not say which.
 *
 * @returns undefined for one that may run
 */
const refusalOf = (plugin: Plugin): AckError | undefined => {
  if (!isThirdParty(plugin)) return undefined
  const declaration: unknown = (plugin.pjson as unknown as Record<string, unknown>)[DECLARED_IN]
  const version = isJsonObject(declaration) ? declaration['contract'] : undefined
  if (version === CONTRACT_VERSION) return undefined
  const usesIt = [CREDENTIAL_SOURCE_HOOK, CREDENTIAL_ISSUED_HOOK].some((event) => event in plugin.hooks)
  if (version === undefined && !usesIt) return undefined
  return otherContract(plugin.name, version)
}

/**
 * Refuses what is made for another version of the contract.
 *
 * @param version - what the plugin says, if it says anything
 */
export const otherContract = (plugin: string, version: unknown): AckError =>
  new AckError(
    'PluginRefused',
    `plugin ${plugin} is left out: it ${
      version === undefined
        ? 'does not say for which version of the plugin contract it is made'
        : `is made for version ${JSON.stringify(version)} of the plugin contract`
    }, and this program has version ${CONTRACT_VERSION}`,
    `look for another version of it: ack-ram-tool plugins update; or do without: ack-ram-tool plugins uninstall ${plugin}`,
  )

/** From now on the plugin's hooks are not run, and its commands end in the refusal. */
const refuse = (plugin: Plugin, refusal: AckError): void => {
  plugin.hooks = {}
  plugin.findCommand = (): Promise<never> => Promise.reject(refusal)
}
