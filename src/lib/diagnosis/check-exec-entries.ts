import {asOwnCommand, onlyFlags, parseCommandLine, type OwnCommandLine} from '../cli/command-line.ts'
import {AckError} from '../base/errors.ts'
import type {Runtime} from '../base/runtime.ts'
import type {Flags} from '../options/read-option.ts'
import {ALL_COMMAND_OPTIONS} from '../options/all-commands.ts'
import {clusterInfoIn} from '../kubeconfig/entries/cluster-info.ts'
import {entryFaults} from '../kubeconfig/entries/entry-faults.ts'
import type {EntryKind} from '../kubeconfig/document/kubeconfig-changes.ts'
import {isJsonObject, textIn, type JsonObject} from '../base/json-object.ts'
import {isBatchFile, MISREAD_CHARACTERS, misreadByCmd} from '../programs/batch-file.ts'
import {findPrograms} from '../programs/find-programs.ts'
import {knownFlags} from '../programs/known-flags.ts'
import {describeTool, toolVersion, type ToolVersion} from '../programs/tool-version.ts'
import {ok, problem, problemOf, skipped, warning, type Finding} from './finding.ts'
import {ourExecOf, textsIn, type Entry, type Kubeconfigs} from './kubeconfigs.ts'

/** An exec entry that can be run as it stands there. */
export interface RunnableEntry {
  readonly user: Entry
  readonly line: OwnCommandLine
  readonly env: Readonly<Record<string, string>>
  /** Why what this program gets by the entry is not what kubectl logs in with; undefined where it is. */
  readonly caveat: string | undefined
}

/** What is right and wrong with the exec entries of this program in the kubeconfigs. */
export interface CheckedEntries {
  readonly findings: readonly Finding[]
  readonly runnable: readonly RunnableEntry[]
}

/** Every exec entry that runs this program or the Go tool, as kubectl would read and start it. */
export const checkExecEntries = async (configs: Kubeconfigs, runtime: Runtime): Promise<CheckedEntries> => {
  const entries = configs.users.flatMap((user) => {
    const exec = ourExecOf(user)
    return exec ? [{user, exec}] : []
  })
  if (entries.length === 0)
    return {findings: [...configs.findings, skipped('no exec entry runs this program')], runnable: []}
  const checked = await Promise.all(entries.map((entry) => checkEntry(entry, configs, runtime)))
  return {
    findings: [
      ...configs.findings,
      ...checked.flatMap(({findings}) => findings),
      ...clusterRefusals(
        entries.map(({user}) => user),
        configs,
      ),
    ],
    runnable: checked.flatMap(({runnable}) => runnable),
  }
}

interface ExecEntry {
  readonly user: Entry
  readonly exec: JsonObject
}

const checkEntry = async (entry: ExecEntry, configs: Kubeconfigs, runtime: Runtime): Promise<CheckedEntries> => {
  const {user, exec} = entry
  const about = `user ${JSON.stringify(user.name)}`
  const {started, findings: ofProgram} = await checkProgram(about, exec, runtime)
  const {findings, line} = checkArguments(about, entry, configs)
  const ofTool = started && line ? await checkTool(about, started, line, runtime) : []
  const all = [...ofProgram, ...refusals(about, 'users', user), ...findings, ...ofTool]
  const isGood = all.every(({level}) => level === 'ok')
  const runnable = line ? [{user, line, env: variablesOf(exec), caveat: caveatOf(all, started)}] : []
  return {
    findings: isGood ? [ok(`${ofProgram[0]?.text ?? about}, and its entry is in order`)] : all,
    runnable,
  }
}

const caveatOf = (findings: readonly Finding[], started: Started | undefined): string | undefined => {
  if (findings.some(({level}) => level === 'problem')) return 'but kubectl does not use it, as said above of its user'
  return started?.tool === 'go' ? 'this program got it, and kubectl starts the Go tool' : undefined
}

/** The program that kubectl starts, and what it says that it is. */
interface Started extends Partial<ToolVersion> {
  readonly path: string
}

const checkProgram = async (
  about: string,
  exec: JsonObject,
  runtime: Runtime,
): Promise<{readonly findings: readonly Finding[]; readonly started?: Started}> => {
  const {command} = exec
  if (typeof command !== 'string' || command === '')
    return {findings: [problem(`${about}: its exec entry has no command`, 'write command: ack-ram-tool into it')]}
  const [path] = findPrograms(command, runtime)
  if (path === undefined)
    return {
      findings: [
        problem(
          `${about}: kubectl cannot start ${JSON.stringify(command)}: it is not ${/[/\\]/.test(command) ? 'there' : 'in PATH'}, or not executable`,
          'install it, or merge the cluster again with --exec-command and the absolute path',
        ),
      ],
    }
  const {tool, version} = (await toolVersion(path, runtime)) ?? {}
  return {
    started: {path, ...(tool === undefined || version === undefined ? {} : {tool, version})},
    findings: [
      ok(`${about}: kubectl starts ${path} (${describeTool(tool, version)})`),
      ...checkMisreading(about, path, exec, runtime),
    ],
  }
}

/** What cmd.exe makes of an entry that it starts. */
const checkMisreading = (
  about: string,
  path: string,
  exec: JsonObject,
  {platform}: Pick<Runtime, 'platform'>,
): readonly Finding[] => {
  const misread = isBatchFile(path, platform) && misreadByCmd(path, textsIn(exec['args']))
  if (!misread) return []
  return [
    problem(
      `${about}: cmd.exe, which starts that, misreads ${misread}: it has one of ${MISREAD_CHARACTERS}`,
      'install the standalone executable, and merge the cluster again with --exec-command and its absolute path',
    ),
  ]
}

/** Whether the program that kubectl starts, where that is not this version, knows what the entry has been written with. */
const checkTool = async (
  about: string,
  {path, tool, version}: Started,
  {command, flags}: OwnCommandLine,
  runtime: Runtime,
): Promise<readonly Finding[]> => {
  if (tool === undefined || (tool === 'this' && version === runtime.version)) return []
  const known = await knownFlags(path, tool, command, runtime)
  const unknown = Object.keys(flags).filter((name) => known && !known.has(name))
  const faults = [
    ...(unknown.length === 0 ? [] : [`does not know ${unknown.map((name) => `--${name}`).join(', ')}`]),
    ...(tool === 'go' ? faultsOfGoTool(flags) : []),
  ]
  if (faults.length === 0) return []
  return [
    problem(
      `${about}: ${describeTool(tool, version)}, which kubectl starts, ${faults.join(', and ')}`,
      'let PATH lead to this program, or merge the cluster again with --exec-command and the absolute path of this one',
    ),
  ]
}

/** What the Go tool does otherwise with flags that it knows. */
const faultsOfGoTool = ({'cluster-id': clusterId, 'role-arn': roles}: Flags): readonly string[] => [
  ...(clusterId ? [] : ['takes the cluster by --cluster-id alone, which the entry has not']),
  ...(Array.isArray(roles) && roles.length > 1 ? ['assumes the last --role-arn alone'] : []),
]

const refusals = (about: string, kind: EntryKind, {fields}: Entry): readonly Finding[] =>
  entryFaults(kind, fields).map(({cause, nextStep}) => problem(`${about}: ${cause}`, nextStep))

/** What kubectl refuses in the clusters that the contexts of users name. */
const clusterRefusals = (users: readonly Entry[], {contexts, clusters}: Kubeconfigs): readonly Finding[] => {
  const names = clusterNames(users, contexts)
  return clusters
    .filter(({name}) => names.has(name))
    .flatMap((cluster) => refusals(`cluster ${JSON.stringify(cluster.name)}`, 'clusters', cluster))
}

/** The command line of an entry, which must be one of the two that kubectl waits for. */
const checkArguments = (
  about: string,
  {user, exec}: ExecEntry,
  configs: Kubeconfigs,
): {readonly findings: readonly Finding[]; readonly line: OwnCommandLine | undefined} => {
  const line = asOwnCommand(parseCommandLine(textsIn(exec['args'])))
  if (!line || !/ get-(token|credential)$/.test(line.command))
    return {
      findings: [
        problem(`${about}: its arguments do not begin with credential-plugin get-token or get-credential`, MERGE),
      ],
      line: undefined,
    }
  try {
    onlyFlags(line, ALL_COMMAND_OPTIONS[line.command], line.command)
  } catch (error) {
    if (!AckError.is(error)) throw error
    return {findings: [problemOf(error, `${about}: `)], line: undefined}
  }
  return line.flags['cluster-id'] || hasClusterInfo(user, exec, configs)
    ? {findings: [], line}
    : {
        findings: [warning(`${about}: it names no cluster: only ACK_RAM_TOOL_CLUSTER_ID or a question can`, MERGE)],
        line,
      }
}

const MERGE = 'merge the cluster again: ack-ram-tool update-kubeconfig --cluster-id <id>'

/** Whether kubectl hands over a cluster ID that stands in the cluster entry of one of its contexts. */
const hasClusterInfo = (user: Entry, exec: JsonObject, {contexts, clusters}: Kubeconfigs): boolean => {
  if (exec['provideClusterInfo'] !== true) return false
  const names = clusterNames([user], contexts)
  return clusters.filter(({name}) => names.has(name)).some(({fields}) => clusterIdOf(fields) !== undefined)
}

/** The clusters of the contexts of users. */
const clusterNames = (users: readonly Entry[], contexts: Kubeconfigs['contexts']): ReadonlySet<unknown> => {
  const names = new Set<unknown>(users.map(({name}) => name))
  return new Set(contexts.filter(({fields}) => names.has(fields['user'])).map(({fields}) => fields['cluster']))
}

/** The cluster ID in the extension of a cluster entry. */
export const clusterIdOf = (cluster: JsonObject): string | undefined =>
  textIn(clusterInfoIn(cluster), 'clusterId') || undefined

const variablesOf = ({env}: JsonObject): Readonly<Record<string, string>> =>
  Object.fromEntries(
    (Array.isArray(env) ? (env as readonly unknown[]) : []).flatMap((item) => {
      const {name, value} = isJsonObject(item) ? item : {}
      return typeof name === 'string' && typeof value === 'string' ? [[name, value]] : []
    }),
  )
