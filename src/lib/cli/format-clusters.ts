import type {Cluster} from '../container-service/clusters.ts'
import {formatAs, type OutputChoice} from './format-answer.ts'
import {textTable} from './text-table.ts'

const COLUMNS: readonly (readonly [title: string, field: Exclude<keyof Cluster, 'tags'>])[] = [
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
  formatAs(clusters.map(asData), format, () =>
    textTable([
      COLUMNS.map(([title]) => title),
      ...clusters.map((cluster) => COLUMNS.map(([, field]) => cellOf(cluster, field))),
    ]),
  )

/** Tags only where there are some. */
const asData = ({tags, ...cluster}: Cluster): object => (Object.keys(tags).length > 0 ? {...cluster, tags} : cluster)

const cellOf = (cluster: Cluster, field: Exclude<keyof Cluster, 'tags'>): string =>
  cluster[field] || (field === 'apiServer' ? cluster.privateApiServer : '')
