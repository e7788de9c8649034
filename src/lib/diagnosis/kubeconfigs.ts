import {AckError} from '../base/errors.ts'
import {isJsonObject, type JsonObject} from '../base/json-object.ts'
import {openKubeconfig} from '../kubeconfig/document/editable-kubeconfig.ts'
import {ENTRY_KINDS, type EntryKind} from '../kubeconfig/document/kubeconfig-changes.ts'
import {ourExecFacts} from '../kubeconfig/entries/our-exec-entry.ts'
import {readKubeconfigFile} from '../kubeconfig/file/kubeconfig-file.ts'
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

/** Reads the files; one that does not exist is left out, as by kubectl. */
export const readKubeconfigs = async (paths: readonly string[]): Promise<Kubeconfigs> => {
  const findings: Finding[] = []
  const lists: Record<EntryKind, Map<string, Entry>> = {contexts: new Map(), clusters: new Map(), users: new Map()}
  let currentContext: string | undefined
  for (const path of paths) {
    try {
      const text = await readKubeconfigFile(path, PIPE_MS)
      if (text === undefined) continue
      const config = await openKubeconfig(text, path)
      currentContext ??= config.currentContext
      for (const kind of ENTRY_KINDS)
        for (const name of config.names(kind).filter((name) => name !== '' && !lists[kind].has(name)))
          lists[kind].set(name, {name, fields: config.entry(kind, name) ?? {}, path})
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
