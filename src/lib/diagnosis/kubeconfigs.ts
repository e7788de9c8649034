import {AckError} from '../base/errors.ts'
import {isJsonObject, type JsonObject} from '../base/json-object.ts'
import {openKubeconfig} from '../kubeconfig/document/editable-kubeconfig.ts'
import {toJson, type EntryKind} from '../kubeconfig/document/kubeconfig-changes.ts'
import {ourExecFacts} from '../kubeconfig/entries/our-exec-entry.ts'
import {readKubeconfigFile} from '../kubeconfig/file/kubeconfig-file.ts'
import {loadYaml} from '../yaml/yaml-library.ts'
import {problemOf, type Finding} from './finding.ts'

/** An entry of one of the lists. */
export interface Entry {
  readonly name: string
  /** The inner object. */
  readonly fields: JsonObject
  readonly path: string
}

/** The files of the list as kubectl merges them: of equal names the first one counts. */
export interface Kubeconfigs {
  readonly currentContext: string | undefined
  readonly contexts: readonly Entry[]
  readonly clusters: readonly Entry[]
  readonly users: readonly Entry[]
  /** Of files that kubectl could not read either. */
  readonly findings: readonly Finding[]
}

/** How long to wait for the writer of a pipe in place of one of kubectl's files, in milliseconds. */
export const PIPE_MS = 1000

const INNER: Readonly<Record<EntryKind, string>> = {contexts: 'context', clusters: 'cluster', users: 'user'}

/** Reads the files; one that does not exist is left out, as by kubectl. */
export const readKubeconfigs = async (paths: readonly string[]): Promise<Kubeconfigs> => {
  const findings: Finding[] = []
  const lists: Record<EntryKind, Map<string, Entry>> = {contexts: new Map(), clusters: new Map(), users: new Map()}
  let currentContext: string | undefined
  for (const path of paths) {
    try {
      const text = await readKubeconfigFile(path, PIPE_MS)
      if (text === undefined) continue
      // It finds every fault of the parts that are used here.
      currentContext ??= (await openKubeconfig(text, path)).currentContext
      const parsed = (await loadYaml()).parse(text.replace(/^\uFEFF/, ''))
      const value = 'value' in parsed ? toJson(parsed.value) : undefined
      for (const kind of ['contexts', 'clusters', 'users'] as const)
        for (const entry of entriesOf(value, kind, path))
          if (!lists[kind].has(entry.name)) lists[kind].set(entry.name, entry)
    } catch (error) {
      if (!AckError.is(error)) throw error
      findings.push(problemOf(error))
    }
  }
  return {
    currentContext,
    contexts: [...lists.contexts.values()],
    clusters: [...lists.clusters.values()],
    users: [...lists.users.values()],
    findings,
  }
}

const entriesOf = (config: unknown, kind: EntryKind, path: string): readonly Entry[] => {
  const list = isJsonObject(config) ? config[kind] : undefined
  return (Array.isArray(list) ? (list as readonly unknown[]) : []).flatMap((entry) => {
    if (!isJsonObject(entry) || typeof entry['name'] !== 'string') return []
    const fields = entry[INNER[kind]]
    return [{name: entry['name'], fields: isJsonObject(fields) ? fields : {}, path}]
  })
}

/** The `exec` of a user, if it runs this program or the Go tool. */
export const ourExecOf = ({fields}: Entry): JsonObject | undefined => {
  const {exec} = fields
  return isJsonObject(exec) && (ourExecFacts(exec) || isNamedLikeUs(exec['command'])) ? exec : undefined
}

const isNamedLikeUs = (command: unknown): boolean =>
  typeof command === 'string' && /(^|[/\\])ack-ram-tool(\.exe|\.cmd)?$/i.test(command)

/** The texts in a list of arguments. */
export const textsIn = (list: unknown): readonly string[] =>
  (Array.isArray(list) ? (list as readonly unknown[]) : []).map(String)
