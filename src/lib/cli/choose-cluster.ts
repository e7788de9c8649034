import {AckError} from '../base/errors.ts'
import {printable} from '../base/printable.ts'
import type {Cluster} from '../container-service/clusters.ts'
import type {TextDefinition} from '../options/definitions.ts'
import {isGiven, readText} from '../options/read-option.ts'
import {findClusters, isLookedUp, type FoundCluster} from '../use-cases/find-cluster.ts'
import type {Invocation} from '../use-cases/invocation.ts'
import {visibleClusters} from '../use-cases/visible-clusters.ts'
import {askClusterId, type CommandNeeds} from './ask-missing.ts'
import {isInteractive} from './is-interactive.ts'
import {askText, searchChoice, terminalSize, type Choice} from './prompt.ts'
import {cutPrintable, cutToFit, textTable} from './text-table.ts'

/** The command whose cluster is chosen. */
interface ClusterChoice {
  readonly needs: CommandNeeds
  /** Its own `--cluster-id`. */
  readonly definition: TextDefinition
  readonly answersKubectl: boolean
}

/**
 * Settles which cluster a command is for: a name becomes the ID of the cluster, and where none is given a person picks one
 * from the list. The commands that kubectl waits for, and those that need no credentials, make no call for it: they take the
 * ID alone.
 *
 * @throws AckError `ClusterNotFound`, `ClusterAmbiguous`, `Cancelled` on Ctrl-C; what listing the clusters throws
 */
export const chooseCluster = async (
  invocation: Invocation,
  {needs, definition, answersKubectl}: ClusterChoice,
): Promise<void> => {
  const isMissing = !isGiven('cluster-id', definition, invocation.inputs)
  // Who says where the cluster is wants no call either.
  if (answersKubectl || !needs.credentials) return isMissing ? askClusterId(invocation, needs) : undefined
  if (!isMissing) return takeNames(invocation, definition)
  // kubectl would wait for the list, too.
  if (needs.clusterId === true && invocation.execInfo === undefined && isInteractive(invocation))
    invocation.answer('cluster-id', await pickCluster(invocation))
}

/** The word for all clusters, where several may be given. */
const ALL = 'all'

const takeNames = async (invocation: Invocation, definition: TextDefinition): Promise<void> => {
  const {value = ''} = readText('cluster-id', definition, invocation.inputs) ?? {}
  const given = definition.isList ? value.split(',').map((item) => item.trim()) : [value]
  if (definition.isList && given.includes(ALL)) return
  const names = given.filter(isLookedUp)
  if (names.length === 0) return
  const found = await findClusters(names, invocation)
  const byName = new Map(names.map((name, index) => [name, found[index]]))
  for (const [name, cluster] of byName)
    if (cluster && cluster.id !== name) invocation.log.info(`using cluster ${describe(cluster)}`)
  invocation.answer('cluster-id', given.map((text) => byName.get(text)?.id ?? text).join(','))
}

const describe = ({id, name, region, state}: FoundCluster): string =>
  `${id} (${[name, region, state].filter(Boolean).map(printable).join(', ')})`

const pickCluster = async (invocation: Invocation): Promise<string> => {
  let clusters: readonly Cluster[]
  try {
    clusters = await visibleClusters(invocation, true)
  } catch (error) {
    if (!(error instanceof AckError) || error.code !== 'ServiceRefused') throw error
    // Who may not list the clusters may still know the ID of one.
    invocation.log.warn(`cannot list the clusters: ${error.message}`)
    await invocation.log.flush()
    return askText('Cluster id:')
  }
  if (clusters.length === 0) throw noClusters(invocation)
  return searchChoice('Which cluster? Type to filter:', rowsOf(clusters, terminalSize().columns))
}

/** A shorter name would tell nobody anything. */
const SHORTEST_NAME = 16
const GAP = 2
/** What inquirer puts before each row. */
const CURSOR = 2

const table = (rows: readonly (readonly string[])[]): readonly string[] => textTable(rows, {gap: GAP}).split('\n')

const rowsOf = (clusters: readonly Cluster[], columns: number): readonly Choice[] => {
  const key = ({name, region, id}: Cluster): string => [name === '' ? '\uFFFF' : name, region, id].join('\0')
  const sorted = clusters.toSorted((one, other) => (key(one) < key(other) ? -1 : 1))
  const place = ({region, state, id}: Cluster): readonly string[] => [region, state, id]
  const widest = table(sorted.map(place)).reduce((most, line) => Math.max(most, line.length), 0)
  // One line for each cluster, also where its name is longer than the terminal is wide, or nothing else has room.
  const room = Math.max(SHORTEST_NAME, columns - CURSOR - GAP - widest)
  const lines = table(sorted.map((cluster) => [cutToFit(cluster.name, room), ...place(cluster)]))
  return sorted.map((cluster, index) => {
    const {id, name} = cluster
    const row = cutPrintable(lines[index] ?? id, columns - CURSOR)
    const details = place(cluster).filter(Boolean).map(printable).join(', ')
    return {
      name: row,
      searched: `${name} ${details}`,
      value: id,
      short: name === '' ? id : `${printable(name)} (${id})`,
      description: row === lines[index] ? undefined : details,
    }
  })
}

const noClusters = ({options: {givenRegion}}: Invocation): AckError =>
  new AckError(
    'ClusterNotFound',
    `you can see no cluster${givenRegion === undefined ? '' : ` in region ${givenRegion}`}`,
    `check who you are with \`ack-ram-tool auth whoami\`${givenRegion === undefined ? '' : ', and --region-id'}; or pass --cluster-id <id>`,
  )
