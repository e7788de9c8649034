import {loadYaml} from '../yaml/yaml-library.ts'
import type {Cluster} from '../container-service/clusters.ts'
import {textTable} from './text-table.ts'

export type ListFormat = 'table' | 'json' | 'yaml'

/**
 * Formats a list of clusters.
 *
 * @returns text with a final newline
 */
export const formatClusters = async (clusters: readonly Cluster[], format: ListFormat): Promise<string> => {
  if (format === 'yaml') return (await loadYaml()).format(clusters, false)
  return format === 'json' ? `${JSON.stringify(clusters, undefined, 2)}\n` : table(clusters)
}

const table = (clusters: readonly Cluster[]): string =>
  textTable([
    ['ID', 'NAME', 'REGION', 'STATE', 'API SERVER'],
    ...clusters.map(({id, name, region, state, apiServer, privateApiServer}) => [
      id,
      name,
      region,
      state,
      apiServer || privateApiServer,
    ]),
  ])
