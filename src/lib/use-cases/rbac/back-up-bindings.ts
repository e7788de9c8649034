import type {JsonObject} from '../../base/json-object.ts'
import type {Change} from '../../changes/plan.ts'
import {holdsBackup, writeBackup, type ClusterBindings} from '../../rbac/backup.ts'
import {findBindings} from '../../rbac/bindings.ts'
import {within} from '../../ram/call-ram.ts'
import {atApiServer, type Operator} from './reach-cluster.ts'

/** Whose bindings in which cluster are backed up. */
export interface BackedUp {
  readonly clusterId: string
  readonly userIds: ReadonlySet<string>
  /** How many bindings there are. */
  readonly count: number
}

/**
 * The change that backs up bindings, as they are when it is carried out. All of them are on disk before anything is taken
 * away.
 *
 * @param path - of the folder that is made
 */
export const backUpBindings = (
  path: string,
  clusters: readonly BackedUp[],
  {privateAddress}: {readonly privateAddress: boolean},
  operator: Operator,
): Change => {
  const {options, runtime} = operator.context
  const count = clusters.reduce((sum, cluster) => sum + cluster.count, 0)
  let written: {readonly files: readonly string[]; readonly content: readonly ClusterBindings[]} | undefined
  return {
    title: `Back up ${count === 1 ? '1 binding' : `${count} bindings`} to ${path}`,
    call: 'write files',
    target: path,
    needs: [],
    limitMs: options.timeoutMs * clusters.length,
    carryOut: async (signal) => {
      const content: ClusterBindings[] = []
      for (const {clusterId, userIds} of clusters) {
        const bindings = await within({...operator, signal}, (calling) =>
          readBindings({clusterId, privateAddress}, userIds, {...operator, ...calling}),
        )
        if (bindings.length > 0) content.push({clusterId, bindings})
      }
      written = {content, files: content.length > 0 ? await writeBackup(path, content, runtime) : []}
    },
    isDone: () => Promise.resolve(written !== undefined && holdsBackup(written.files, written.content)),
  }
}

const readBindings = (
  route: {readonly clusterId: string; readonly privateAddress: boolean},
  userIds: ReadonlySet<string>,
  operator: Operator,
): Promise<readonly JsonObject[]> =>
  atApiServer(route, operator, async (api) => {
    const {found, failures} = await findBindings(userIds, api, operator.signal)
    const [failure] = failures
    if (failure) throw failure
    return found
  })
