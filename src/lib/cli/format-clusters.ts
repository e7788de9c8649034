import type {Cluster} from '../container-service/clusters.ts'
import {formatAs, type OutputChoice} from './format-answer.ts'
import {textTable} from './text-table.ts'

const COLUMNS: readonly (readonly [title: string, field: keyof Cluster])[] = [
  ['ID', 'id'],
  ['NAME', 'name'],
  ['REGION', 'region'],
  ['STATE', 'state'],
  ['API SERVER', 'apiServer'],
]

/**
 * Formats a list of clusters.
 *
 * @returns text with a final newline
 */
export const formatClusters = (clusters: readonly Cluster[], format: OutputChoice): Promise<string> =>
  formatAs(clusters, format, () =>
    textTable([
      COLUMNS.map(([title]) => title),
      ...clusters.map((cluster) => COLUMNS.map(([, field]) => cellOf(cluster, field))),
    ]),
  )

const cellOf = (cluster: Cluster, field: keyof Cluster): string =>
  cluster[field] || (field === 'apiServer' ? cluster.privateApiServer : '')
