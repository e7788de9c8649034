import {isJsonObject, type JsonObject} from '../../base/json-object.ts'
import {EXEC_EXTENSION} from './entries.ts'

/**
 * What the `cluster` of a cluster entry hands over to an exec plugin: the options that stand there instead of in the exec
 * entry, unchecked; empty if there is nothing.
 */
export const clusterInfoIn = (cluster: JsonObject | undefined): JsonObject => {
  const list: unknown = cluster?.['extensions']
  const items = Array.isArray(list) ? (list as readonly unknown[]).filter(isJsonObject) : []
  const info = items.find(({name}) => name === EXEC_EXTENSION)?.['extension']
  return isJsonObject(info) ? info : {}
}
