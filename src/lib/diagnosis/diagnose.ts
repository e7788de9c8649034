import {dirname} from 'node:path'

import type {CallerIdentity} from '../caller/caller-identity.ts'
import {kubeconfigPaths} from '../kubeconfig/kubeconfig-paths.ts'
import type {Runtime} from '../base/runtime.ts'
import type {OptionValue} from '../options/read-option.ts'
import type {Invocation} from '../use-cases/invocation.ts'
import {checkCluster} from './check-cluster.ts'
import {checkCredentials} from './check-credentials.ts'
import {checkDefaults} from './check-defaults.ts'
import {checkExecEntries} from './check-exec-entries.ts'
import {checkFiles} from './check-files.ts'
import {checkEntryIdentities, checkIdentity} from './check-identity.ts'
import {checkInstallation} from './check-installation.ts'
import {checkKubectl} from './check-kubectl.ts'
import {checkNetwork} from './check-network.ts'
import {findClusterTarget, type TargetRequest} from './cluster-target.ts'
import {problemOf, skipped, type Finding, type FindingGroup, type Level} from './finding.ts'
import {readKubeconfigs} from './kubeconfigs.ts'

/** What a diagnosis looks at. */
export interface DiagnosisRequest extends TargetRequest {
  /** Whether nothing may be sent. */
  readonly isOffline: boolean
  readonly kubeconfig: OptionValue | undefined
}

export interface Diagnosis {
  /** Of the worst finding. */
  readonly worst: Level
  readonly groups: readonly FindingGroup[]
}

/** Looks at everything that has to be in order for kubectl to log in by this program. */
export const diagnose = async (request: DiagnosisRequest, context: Invocation): Promise<Diagnosis> => {
  const {isOffline, kubeconfig} = request
  const {runtime} = context
  const {paths, findings: ofPaths} = pathsOf(kubeconfig, runtime)
  const configs = await readKubeconfigs(paths)
  const {source, credentials, findings: ofCredentials} = await checkCredentials(context, isOffline)
  const network = await checkNetwork(context, isOffline)
  const known = credentials && !isOffline ? await checkIdentity(credentials, context) : undefined
  const {runnable, findings: ofEntries} = await checkExecEntries(configs, runtime)
  const failed = known?.identity ? undefined : source
  const ofLogins = isOffline ? [] : await checkEntryIdentities(runnable, context, failed)
  const isAsked = request.clusterId !== undefined || request.contextName !== undefined
  const cluster = async (identity: CallerIdentity | undefined): Promise<readonly Finding[]> => {
    if (isOffline) return [skipped('not called, since --offline sends nothing')]
    try {
      return await checkCluster(await findClusterTarget(request, configs, runnable, context), context, identity)
    } catch (error) {
      return [problemOf(error)]
    }
  }
  const groups: FindingGroup[] = [
    {name: 'program', findings: await checkInstallation(runtime)},
    {name: 'credentials', findings: [...ofCredentials, ...(known?.findings ?? [])]},
    {name: 'files', findings: [...(await checkDefaults(runtime)), ...checkFiles(context, paths)]},
    {name: 'network and clock', findings: network},
    {name: 'kubectl', findings: [...ofPaths, ...(await checkKubectl(configs, runtime)), ...ofEntries, ...ofLogins]},
    ...(isAsked ? [{name: 'cluster', findings: await cluster(known?.identity)}] : []),
  ]
  return {worst: worstOf(groups), groups: groups.map((group) => shortened(group, runtime.homeDir))}
}

/** The kubeconfigs, or the problem that there can be none. */
const pathsOf = (
  kubeconfig: OptionValue | undefined,
  runtime: Runtime,
): {readonly paths: readonly string[]; readonly findings: readonly Finding[]} => {
  try {
    return {paths: kubeconfigPaths(kubeconfig, runtime), findings: []}
  } catch (error) {
    return {paths: [], findings: [problemOf(error)]}
  }
}

const ORDER: readonly Level[] = ['ok', 'skipped', 'warning', 'problem']

const worstOf = (groups: readonly FindingGroup[]): Level => {
  const levels = groups.flatMap(({findings}) => findings.map(({level}) => ORDER.indexOf(level)))
  const worst = ORDER[Math.max(...levels)] ?? 'ok'
  return worst === 'skipped' ? 'ok' : worst
}

/** A home directory has the name of its user, which nobody wants to paste into an issue. */
const shortened = ({name, findings}: FindingGroup, homeDir: string | undefined): FindingGroup => {
  const shorten = homeShortener(homeDir)
  return {
    name,
    findings: findings.map(({level, text, remedy}) => ({level, text: shorten(text), remedy: shorten(remedy)})),
  }
}

/** What belongs to a name, so that /root is neither in /root2 nor in /srv/root. */
const BEFORE = String.raw`(?<![\p{L}\p{N}._-])`
const BEHIND = String.raw`(?![\p{L}\p{N}_-]|\.[\p{L}\p{N}])`

const homeShortener = (homeDir: string | undefined): ((text: string) => string) => {
  // Below a root is everything.
  if (homeDir === undefined || dirname(homeDir) === homeDir) return (text) => text
  const written = homeDir.replace(/[/\\]+$/, '').replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`)
  const pattern = new RegExp(`${BEFORE}${written}${BEHIND}`, 'gu')
  return (text) => text.replaceAll(pattern, '~')
}
