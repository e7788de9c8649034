import {hasIdForm} from '../container-service/cluster-id.ts'
import {checkedClusterId, describeUserKubeconfig} from '../container-service/user-kubeconfig.ts'
import type {ServerEntry} from '../container-service/server-kubeconfig.ts'
import type {Credentials} from '../credentials/credentials.ts'
import type {SourceContext} from '../credentials/source-context.ts'
import {AckError} from '../base/errors.ts'
import type {JsonObject} from '../base/json-object.ts'
import {MIN_EXPIRATION_MINUTES} from '../options/certificate-options.ts'
import type {GivenServer, KubeconfigOptions} from '../options/kubeconfig-options.ts'
import type {Invocation} from './invocation.ts'
import {withinTimeout} from '../base/deadline.ts'
import type {Selection} from '../credentials/selection/selection.ts'
import {callerIdentity, refuseOthers, identifySigner} from './identify-caller.ts'
import {readCertificateAuthority} from './certificate-authority.ts'
import {checkArguments, checkCommand} from './entry-command.ts'
import {clusterEntry, userEntry, type ClusterEntry} from '../kubeconfig/entries/entries.ts'
import {entryFlags, givenEntryFlags, type EntryFlags} from '../kubeconfig/entries/entry-flags.ts'

/**
 * The job of get-kubeconfig: a kubeconfig of its own for one cluster, with the names that the Container Service gives. Where
 * the user says where the cluster is, no service is called, and no credentials are looked for: the kubeconfig then says
 * only what was given, wherever it is made.
 *
 * @throws AckError `InvalidOption`; what the source throws, and what the Container Service answers
 */
export const getKubeconfig = async (
  clusterId: string,
  options: KubeconfigOptions,
  context: Invocation,
): Promise<Kubeconfig> => {
  const {givenServer} = options
  if (givenServer) {
    const server = givenServerEntry(clusterId, givenServer, context)
    await checkCommand(options, context)
    const userName = options.providesClusterInfo ? server.userName : `${server.userName}-${clusterId}`
    const decided = await givenFlags(options, context)
    return checkedKubeconfig(clusterId, {...server, userName}, options, decided, context)
  }
  const selection = await context.selection()
  await checkCommand(options, context)
  const {server, decided} = await withinTimeout(context.options.timeoutMs, async (signal) => {
    const caller = await selection.source.load(signal)
    const server = await askServerEntry(clusterId, options, caller, context, signal)
    return {server, decided: await entryFor(server, caller, options, context, signal)}
  })
  warnOfVariables(selection, context)
  return checkedKubeconfig(clusterId, server, options, decided, context)
}

/**
 * What an entry says where no service is asked. Of a file that is given, and that this machine has, it says the profile
 * too: else kubectl would take the one that is current when it runs.
 */
const givenFlags = async (
  {expectedIdentity, forAnotherMachine}: KubeconfigOptions,
  context: Invocation,
): Promise<EntryFlags> => {
  const {profileFile, credentialType} = context.options
  const identity = expectedIdentity?.value
  if (!profileFile || forAnotherMachine || credentialType !== 'any') return givenEntryFlags(identity, context)
  try {
    const selection = await context.selection()
    warnOfVariables(selection, context)
    return entryFlags(selection, identity, context)
  } catch (error) {
    if (AckError.is(error) && NOT_HERE.has(error.code)) return givenEntryFlags(identity, context)
    throw error
  }
}

/** What may be in order where kubectl runs. */
const NOT_HERE: ReadonlySet<string> = new Set(['CredentialFileUnreadable', 'CredentialFileUntrusted'])

/**
 * What an entry will say of the credentials of this run.
 *
 * @param caller - who asked for the server entry
 * @param signal - ends the question of whom that is
 * @throws AckError `IdentityMismatch`, and what STS answers
 */
export const entryFor = async (
  {userName}: Pick<ServerEntry, 'userName'>,
  caller: Credentials,
  {pinsIdentity, expectedIdentity, mode}: KubeconfigOptions,
  context: Invocation,
  signal: AbortSignal,
): Promise<EntryFlags> => {
  const selection = await context.selection()
  if (!pinsIdentity && expectedIdentity === undefined) return entryFlags(selection, undefined, context)
  // As the command of the entry will find out who calls.
  const who = await (mode === 'token'
    ? callerIdentity(caller, context, context.options.timeoutMs, signal)
    : identifySigner(userName, caller, context, signal))
  await refuseOthers(who, expectedIdentity)
  return entryFlags(selection, who.id, context)
}

/**
 * Asks the Container Service where a cluster is and as whom the caller comes. The certificate in the answer is not
 * used, so it is asked for with the shortest life.
 *
 * @throws AckError what the Container Service answers
 */
export const askServerEntry = (
  clusterId: string,
  {privateAddress}: Pick<KubeconfigOptions, 'privateAddress'>,
  caller: Credentials,
  context: SourceContext,
  signal?: AbortSignal,
): Promise<ServerEntry> =>
  describeUserKubeconfig(
    {clusterId, privateAddress, expirationMinutes: MIN_EXPIRATION_MINUTES},
    caller,
    context,
    signal,
  )

/**
 * The same without a call: where the user says that a cluster is. Nobody names its entries then, so they go by its ID.
 *
 * @throws AckError `InvalidOption`
 */
export const givenServerEntry = (
  clusterId: string,
  {server, certificateAuthority}: GivenServer,
  context: Invocation,
): ServerEntry => {
  const clusterName = checkedClusterId(clusterId)
  // The server has the last word on what an ID is.
  if (!hasIdForm(clusterId))
    context.log.warn(
      `${JSON.stringify(clusterId)} is taken for the ID of a cluster: with --server no name is looked up, and IDs have the form c and 32 digits or letters a to f`,
    )
  return {
    clusterName,
    server,
    certificateAuthorityData: readCertificateAuthority(certificateAuthority, context),
    userName: 'ack-ram-tool',
    contextName: clusterId,
  }
}

/** Says what no flag of the entry can say: credentials, and where they come from. */
export const warnOfVariables = ({source}: Selection, {log}: Pick<Invocation, 'log'>): void => {
  const {variables = []} = source
  if (variables.length > 0)
    log.warn(`kubectl will need ${variables.join(', ')} in its environment: a kubeconfig holds no credentials`)
}

/** A kubeconfig with one cluster. */
export interface Kubeconfig {
  readonly apiVersion: 'v1'
  readonly kind: 'Config'
  readonly clusters: readonly [{readonly name: string; readonly cluster: ClusterEntry}]
  readonly contexts: readonly [{readonly name: string; readonly context: {cluster: string; user: string}}]
  readonly 'current-context': string
  readonly preferences: object
  readonly users: readonly [{readonly name: string; readonly user: {readonly exec: JsonObject}}]
}

const checkedKubeconfig = (
  clusterId: string,
  server: ServerEntry,
  options: KubeconfigOptions,
  decided: EntryFlags,
  context: Invocation,
): Kubeconfig => {
  const user = userEntry(clusterId, options, decided)
  checkArguments(user.exec, options, context)
  const {clusterName, userName, contextName} = server
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{name: clusterName, cluster: clusterEntry(clusterId, server, options, decided)}],
    contexts: [{name: contextName, context: {cluster: clusterName, user: userName}}],
    'current-context': contextName,
    preferences: {},
    users: [{name: userName, user}],
  }
}
