import {readdirSync, lstatSync} from 'node:fs'

import {pathBelow} from '../base/files/path-below.ts'
import {readPrivateFile} from '../base/files/private-file.ts'
import {removeIfPossible, replaceFile} from '../base/files/replace-file.ts'
import {isJsonObject, parseJsonObject} from '../base/json-object.ts'
import type {Log} from '../base/log/log.ts'
import {SILENT_LOG} from '../base/log/silent-log.ts'
import type {GlobalOptions} from '../options/global-options.ts'
import {cacheKey} from './cache-key.ts'
import {cacheDir} from './cache-settings.ts'
import type {Identity} from './identity.ts'
import {kindOf} from './file-kinds.ts'
import {SUFFIX} from './file-names.ts'
import {findCacheDir, type CachePlace} from './find-cache-dir.ts'
import {openPrivateDir} from './open-private-dir.ts'

/** A cluster of an earlier listing, for completion. Nothing in it is secret. */
export interface KnownCluster {
  readonly id: string
  readonly name: string
  readonly region: string
}

/** What decides where the list is, and whether there is one. */
export interface ListContext extends CachePlace {
  readonly options: Pick<GlobalOptions, 'cacheDir' | 'noCache'>
}

/** A thousand clusters need a tenth of that. */
const MAX_BYTES = 1024 * 1024

/** A list that nobody has renewed for so long is of a session that is over, in milliseconds. */
const KEPT_MS = 30 * 24 * 3_600_000

/**
 * Keeps a listing for completion: a file in the cache directory for each source of credentials. Where that does not name
 * the caller, as a login, completion offers the clusters of whoever listed last: to ask who calls would run programs while
 * somebody types. A directory that cannot be written is no failure.
 *
 * @param identity - of the source
 * @param regions - the regions that were listed: clusters of others stay in the file; undefined for all regions
 * @throws never
 */
export const keepClusters = async (
  clusters: readonly KnownCluster[],
  regions: readonly string[] | undefined,
  identity: Identity,
  context: ListContext,
): Promise<void> => {
  const {options, runtime, log} = context
  const dir = options.noCache ? undefined : cacheDir(options, runtime)
  if (dir === undefined) return
  try {
    const others = regions === undefined ? [] : knownClusters(identity, context)
    const kept = others.filter(({region, id}) => !regions?.includes(region) && !clusters.some((one) => one.id === id))
    const opened = openPrivateDir(dir, runtime.platform, quietLog(log))
    if (opened.state !== 'ready') return
    const path = pathBelow(opened.path, fileName(identity))
    const all = [...clusters, ...kept].map(({id, name, region}) => ({id, name, region}))
    await replaceFile(path, JSON.stringify({clusters: all}), runtime)
    removeOld(opened.path, runtime.now().getTime())
  } catch {
    log.debug('the list of clusters is not kept for completion: its file cannot be written')
  }
}

/**
 * The clusters of the last listing with a source of this identity; none if there was none, or if its file is not trusted.
 *
 * @throws never
 */
export const knownClusters = (identity: Identity, context: ListContext): readonly KnownCluster[] => {
  try {
    const found = context.options.noCache ? undefined : findCacheDir(context)
    if (found?.state !== 'ready') return []
    const file = readPrivateFile(pathBelow(found.path, fileName(identity)), context.runtime.platform, MAX_BYTES)
    const clusters = file.state === 'read' ? parseJsonObject(file.text)?.['clusters'] : undefined
    return (Array.isArray(clusters) ? (clusters as readonly unknown[]) : []).filter(isKnownCluster)
  } catch {
    return []
  }
}

const isKnownCluster = (item: unknown): item is KnownCluster =>
  isJsonObject(item) && [item['id'], item['name'], item['region']].every((text) => typeof text === 'string')

/** Completion and a listing both go on without the file: a person need not hear why. */
const quietLog = (log: ListContext['log']): Pick<Log, 'debug' | 'warn'> => ({...SILENT_LOG, debug: log.debug})

/** Where requests are sent does not decide whose clusters they list. */
const fileName = (identity: Identity): string =>
  `${cacheKey(
    'clusters',
    identity.filter(([name]) => name !== 'stsEndpoint'),
  )}${SUFFIX.clusters}`

const removeOld = (dir: string, now: number): void => {
  for (const name of readdirSync(dir).filter((one) => kindOf(one) === 'clusters')) {
    const path = pathBelow(dir, name)
    const status = lstatSync(path, {throwIfNoEntry: false})
    if (status && now - status.mtimeMs > KEPT_MS) removeIfPossible(path)
  }
}
