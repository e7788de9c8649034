import type {JsonObject} from '../../base/json-object.ts'
import type {Change} from '../../changes/plan.ts'
import {
  freeBackupPath,
  holdsBackup,
  tryBackup,
  writeBackup,
  type ClusterBindings,
  type WrittenBackup,
} from '../../rbac/backup.ts'
import {coversBinding, findBindings, othersIn, subjectsOf} from '../../rbac/bindings.ts'
import {within} from '../../ram/call-ram.ts'
import {atApiServer, type ClusterRoute, type Operator} from './reach-cluster.ts'

/** Whose bindings in which cluster are backed up. */
export interface BackedUp {
  readonly clusterId: string
  readonly userIds: ReadonlySet<string>
  /** How many bindings there are. */
  readonly count: number
}

/** A backup that is planned, and what became of it. */
export interface Backup {
  readonly change: Change
  /** Its folder; before it is written, the one that it is going to be if nobody takes that name. */
  readonly path: () => string
  /** Whether this run has made the folder. */
  readonly isWritten: () => boolean
  /** The bindings that it holds; none before it is written. */
  readonly content: () => readonly ClusterBindings[]
  /** Whether restoring it gives back all that a binding of a cluster gives. */
  readonly covers: (clusterId: string, binding: JsonObject) => boolean
  /**
   * Tries whether it can be written, before anybody is asked.
   *
   * @throws AckError `BackupUnusable`
   */
  readonly tryOut: () => void
}

/** What the file of a binding takes on a disk, in bytes. */
const BYTES_PER_BINDING = 4096

/**
 * Plans to back up bindings, as they are when it is carried out. All of them are on disk before anything is taken away.
 *
 * @param base - from `backupBase`
 */
export const backUpBindings = (
  base: string,
  clusters: readonly BackedUp[],
  {privateAddress}: Pick<ClusterRoute, 'privateAddress'>,
  operator: Operator,
): Backup => {
  const {options, runtime} = operator.context
  const count = clusters.reduce((sum, cluster) => sum + cluster.count, 0)
  let path = freeBackupPath(base)
  let written: (WrittenBackup & {readonly content: readonly ClusterBindings[]}) | undefined
  const change: Change = {
    // Another run may take the name meanwhile.
    get title() {
      return `Back up ${count === 1 ? '1 binding' : `${count} bindings`} to ${path}`
    },
    get target() {
      return path
    },
    call: 'write files',
    needs: [],
    limitMs: options.timeoutMs * clusters.length,
    carryOut: async (signal) => {
      const content: ClusterBindings[] = []
      for (const {clusterId, userIds} of clusters) {
        const bindings = await readBindings({clusterId, privateAddress}, letsIn(userIds), {...operator, signal})
        if (bindings.length > 0) content.push({clusterId, bindings})
      }
      written = {content, ...(content.length > 0 ? await writeBackup(base, content, runtime) : {path, files: []})}
      path = written.path
    },
    isDone: () => Promise.resolve(written !== undefined && holdsBackup(written.files, written.content)),
  }
  return {
    change,
    path: () => path,
    isWritten: () => written !== undefined && written.files.length > 0,
    content: () => written?.content ?? [],
    covers: (clusterId, binding) =>
      (written?.content ?? [])
        .filter((cluster) => cluster.clusterId === clusterId)
        .some(({bindings}) => bindings.some((held) => coversBinding(held, binding))),
    tryOut: () => tryBackup(base, count * BYTES_PER_BINDING, runtime),
  }
}

/** Whether a binding has one of these accounts among its subjects. */
export const letsIn =
  (userIds: ReadonlySet<string>) =>
  (binding: JsonObject): boolean =>
    othersIn(binding, userIds).length < subjectsOf(binding).length

/**
 * Reads whole bindings of a cluster, within --timeout.
 *
 * @throws AckError if they cannot all be read
 */
export const readBindings = (
  route: ClusterRoute,
  isWanted: (binding: JsonObject) => boolean,
  operator: Operator,
): Promise<readonly JsonObject[]> =>
  within(operator, (calling) =>
    atApiServer(route, {...operator, ...calling}, async (api) => {
      const {found, failures} = await findBindings(isWanted, api, calling.signal)
      const [failure] = failures
      if (failure) throw failure
      return found
    }),
  )
