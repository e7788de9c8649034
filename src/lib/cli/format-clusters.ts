import stringWidth from 'string-width'

import {loadYaml} from '../yaml/yaml-library.ts'
import {printable} from '../base/printable.ts'
import type {Cluster} from '../container-service/clusters.ts'

export type ListFormat = 'table' | 'json' | 'yaml'

const COLUMNS: readonly (readonly [title: string, field: keyof Cluster])[] = [
  ['ID', 'id'],
  ['NAME', 'name'],
  ['REGION', 'region'],
  ['STATE', 'state'],
  ['API SERVER', 'apiServer'],
]
const GAP = 3

/**
 * Formats a list of clusters.
 *
 * @returns text with a final newline
 */
export const formatClusters = async (clusters: readonly Cluster[], format: ListFormat): Promise<string> => {
  if (format === 'yaml') return (await loadYaml()).format(clusters, false)
  return format === 'json' ? `${JSON.stringify(clusters, undefined, 2)}\n` : table(clusters)
}

const table = (clusters: readonly Cluster[]): string => {
  const rows = [
    COLUMNS.map(([title]) => title),
    ...clusters.map((cluster) => COLUMNS.map(([, field]) => cell(cluster, field))),
  ]
  // A Chinese character takes two columns.
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => stringWidth(row[column] ?? ''))))
  return rows
    .map(
      (row) =>
        `${row
          .map((text, column) => pad(text, widths[column] ?? 0))
          .join('')
          .trimEnd()}\n`,
    )
    .join('')
}

/** Names are foreign text, so they are made printable. */
const cell = (cluster: Cluster, field: keyof Cluster): string => {
  const text = cluster[field] || (field === 'apiServer' ? cluster.privateApiServer : '')
  return printable(text) || '-'
}

const pad = (text: string, width: number): string => text + ' '.repeat(width - stringWidth(text) + GAP)
