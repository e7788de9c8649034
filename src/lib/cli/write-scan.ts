import type {ChosenCluster} from '../use-cases/rbac/chosen-clusters.ts'
import type {Permission} from '../rbac/permissions.ts'
import type {ClusterScan, ScanCounts} from '../use-cases/rbac/scan.ts'
import {clusterRecord, csvPermission, csvTitles, permissionRecord, permissionTable} from './format-permissions.ts'
import {jsonText, yamlText} from './data-text.ts'
import {writeAnswer} from './write-answer.ts'

export type ScanFormat = 'table' | 'wide' | 'json' | 'yaml' | 'csv'

/** Writes a scan to stdout as it goes on, so that it need not be in memory as a whole. */
export interface ScanWriter {
  readonly begin: () => Promise<void>
  readonly add: (scan: ClusterScan) => Promise<void>
  readonly end: (clusters: readonly ClusterScan[], counts: ScanCounts) => Promise<void>
}

/** So many permissions are written at a time. */
const BATCH = 500

/**
 * Makes the writer of a format.
 *
 * @param namesClusters - whether a line above each table says whose it is
 */
export const scanWriter = async (
  format: ScanFormat,
  {namesClusters, isColoured}: {readonly namesClusters: boolean; readonly isColoured: boolean},
): Promise<ScanWriter> => {
  if (format === 'json') return jsonWriter()
  if (format === 'yaml') return yamlWriter()
  if (format === 'csv') return csvWriter
  return {
    begin: nothing,
    add: async (scan) => {
      // There is nothing to say of a cluster of which nothing was seen.
      if (!scan.seen.bindings && !scan.seen.certificates) return
      const title = namesClusters ? `ClusterId: ${scan.cluster.id}\n` : ''
      await writeAnswer(`${title}${permissionTable(scan, {isWide: format === 'wide', isColoured})}`)
    },
    end: nothing,
  }
}

const nothing = (): Promise<void> => Promise.resolve()

const csvWriter: ScanWriter = {
  begin: () => writeAnswer(csvTitles()),
  add: (scan) =>
    inBatches(scan, (cluster, permissions) => permissions.map((one) => csvPermission(cluster, one)).join('')),
  end: nothing,
}

const jsonWriter = (): ScanWriter => {
  let separator = '\n'
  return {
    begin: () => writeAnswer('{"permissions":['),
    add: (scan) =>
      inBatches(scan, (cluster, permissions) => {
        const text = permissions.map((one) => jsonText(permissionRecord(cluster, one))).join(',\n')
        const written = `${separator}${text}`
        separator = ',\n'
        return written
      }),
    end: (clusters, counts) => {
      const rest = jsonText({clusters: clusters.map(clusterRecord), summary: counts})
      return writeAnswer(`\n],${rest.slice(1)}\n`)
    },
  }
}

const yamlWriter = (): ScanWriter => {
  let isEmpty = true
  return {
    begin: nothing,
    add: (scan) =>
      inBatches(scan, async (cluster, permissions) => {
        const title = isEmpty ? 'permissions:\n' : ''
        isEmpty = false
        return `${title}${await yamlText(permissions.map((one) => permissionRecord(cluster, one)))}`
      }),
    end: async (clusters, counts) => {
      const rest = await yamlText({clusters: clusters.map(clusterRecord), summary: counts})
      await writeAnswer(`${isEmpty ? 'permissions: []\n' : ''}${rest}`)
    },
  }
}

const inBatches = async (
  {cluster, permissions}: ClusterScan,
  write: (cluster: ChosenCluster, permissions: readonly Permission[]) => string | Promise<string>,
): Promise<void> => {
  for (let at = 0; at < permissions.length; at += BATCH)
    await writeAnswer(await write(cluster, permissions.slice(at, at + BATCH)))
}
