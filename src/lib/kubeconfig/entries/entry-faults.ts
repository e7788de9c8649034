import {isJsonObject, type JsonObject} from '../../base/json-object.ts'
import type {EntryKind} from '../document/kubeconfig-changes.ts'
import {isInteractiveMode} from './exec-entry.ts'
import {isProxyUrl} from './proxy-url.ts'

/** Why kubectl refuses to use an entry of a file that it can read. */
export interface EntryFault {
  /** Follows the name of the entry; quotes nothing, since a proxy's URL may hold a password. */
  readonly cause: string
  readonly nextStep: string
}

/**
 * Finds for what kubectl refuses an entry of ours before it starts the program, or does not start it: what client-go
 * checks of the user and the cluster of the context in use. Types have been checked with the whole file.
 *
 * @param fields - the inner object
 * @see https://github.com/kubernetes/client-go/blob/v0.32.0/tools/clientcmd/validation.go
 */
export const entryFaults = (kind: EntryKind, fields: JsonObject): readonly EntryFault[] => {
  const rules = kind === 'users' ? USER_RULES : kind === 'clusters' ? CLUSTER_RULES : []
  const exec = kind === 'users' && isJsonObject(fields['exec']) ? fields['exec'] : undefined
  const causes = exec ? [versionFault(exec), preferredFault(fields)] : []
  return [
    ...causes.flatMap((cause) => (cause === undefined ? [] : [{cause, nextStep: MERGE}])),
    ...rules.filter(({isBroken}) => isBroken(fields)).map(({fault}) => fault),
  ]
}

/** A part of an entry with which kubectl refuses it. */
interface Rule {
  readonly isBroken: (fields: JsonObject) => boolean
  readonly fault: EntryFault
}

const rule = (isBroken: Rule['isBroken'], cause: string, nextStep: string): Rule => ({
  isBroken,
  fault: {cause, nextStep},
})

const MERGE = 'merge the cluster again with update-kubeconfig'

/** Whether kubectl finds anything in a field: a text, a list or a mapping. */
const has = (fields: JsonObject, field: string): boolean =>
  fields[field] === true || Object.keys((fields[field] as object | string | null | undefined) ?? {}).length > 0

const CLUSTER_RULES: readonly Rule[] = [
  rule(
    ({'proxy-url': url}) => typeof url === 'string' && url !== '' && !isProxyUrl(url),
    'its proxy-url is no URL of http, https or socks5, and kubectl refuses it',
    'correct it in the kubeconfig, or remove it',
  ),
  rule(
    (cluster) =>
      has(cluster, 'certificate-authority') &&
      (has(cluster, 'certificate-authority-data') || has(cluster, 'insecure-skip-tls-verify')),
    'kubectl refuses certificate-authority next to certificate-authority-data or insecure-skip-tls-verify',
    MERGE,
  ),
]

const USER_RULES: readonly Rule[] = [
  rule(
    ({exec, 'auth-provider': provider}) => isJsonObject(exec) && (provider ?? null) !== null,
    'kubectl refuses auth-provider next to exec',
    MERGE,
  ),
  rule(
    ({exec}) => {
      const env = isJsonObject(exec) ? exec['env'] : undefined
      return Array.isArray(env) && env.some((item: unknown) => !isJsonObject(item) || !has(item, 'name'))
    },
    'a variable in the env of its exec entry has no name, and kubectl refuses it',
    'give it a name in the kubeconfig, or remove it',
  ),
  rule(
    (user) => !has(user, 'as') && ['as-uid', 'as-groups', 'as-user-extra'].some((field) => has(user, field)),
    'it has as-uid, as-groups or as-user-extra without as, and kubectl refuses it',
    'set as in the kubeconfig, or remove them',
  ),
]

const GROUP = 'client.authentication.k8s.io/'

/** The first fault of the version of an exec entry, and of the mode that it needs. */
const versionFault = ({apiVersion, interactiveMode}: JsonObject): string | undefined => {
  if (apiVersion === `${GROUP}v1alpha1`) return 'apiVersion v1alpha1 is not known to kubectl since 1.24'
  if (apiVersion !== `${GROUP}v1` && apiVersion !== `${GROUP}v1beta1`)
    return `its apiVersion is not ${GROUP}v1 or v1beta1`
  const mode = interactiveMode ?? ''
  if (mode !== '' && !isInteractiveMode(mode)) return 'its interactiveMode is not Always, IfAvailable or Never'
  if (apiVersion === `${GROUP}v1` && mode === '')
    return 'apiVersion v1 needs an interactiveMode, and kubectl refuses it without'
  return undefined
}

/** With one of them kubectl does not start the program, or shows the API server a certificate that counts before a token. */
const PREFERRED = ['token', 'tokenFile', 'username', 'client-certificate', 'client-certificate-data'] as const

/** The static credentials next to an exec entry. A password without its user name, and a key alone, change nothing. */
const preferredFault = (user: JsonObject): string | undefined => {
  const found = PREFERRED.filter((field) => has(user, field))
  return found.length === 0 ? undefined : `it has ${found.join(' and ')} next to exec, and that comes first`
}
