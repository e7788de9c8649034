import type {DesiredCluster} from './desired-entries.ts'

/**
 * Notices clusters that would overwrite each other's entries: the Container Service chooses some of the names. (Two
 * clusters may share a user that is the same for both.)
 *
 * @returns whether a cluster may be merged with all that it has let through before
 */
export const entryNames = (): ((cluster: DesiredCluster) => boolean) => {
  const taken = new Map<string, string>()
  return ({entries}) => {
    const named = entries.map(({kind, name, fields}) => [`${kind} ${name}`, JSON.stringify(fields)] as const)
    if (named.some(([name, fields]) => (taken.get(name) ?? fields) !== fields)) return false
    for (const [name, fields] of named) taken.set(name, fields)
    return true
  }
}
