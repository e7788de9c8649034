import {isJsonObject, isText, type JsonObject} from '../base/json-object.ts'
import {printable} from '../base/printable.ts'
import {Secret} from '../base/secret.ts'
import {isApiServerUrl} from '../options/api-server-url.ts'
import {fromBase64} from '../yaml/go-scalars.ts'
import {oddCharacter} from '../yaml/odd-character.ts'
import {isCertificate} from './client-certificate.ts'

/** Where a cluster is, and the names of its entries: as the Container Service gives them, or the user. */
export interface ServerEntry {
  readonly clusterName: string
  /** URL of the API server. */
  readonly server: string
  /** Base64 of PEM */
  readonly certificateAuthorityData: string
  /** The caller's UID, as the Container Service knows it. */
  readonly userName: string
  readonly contextName: string
}

/** The same with the certificate in it. */
export interface ServerKubeconfig extends ServerEntry {
  /** PEM, empty if there is none. */
  readonly certificatePem: string
  /** PEM, empty if there is none. */
  readonly privateKeyPem: Secret
}

/**
 * Reads a kubeconfig from the Container Service.
 *
 * @returns undefined if it is not a kubeconfig with one cluster, user and context, or not one that kubectl could read
 */
export const readServerKubeconfig = async (yaml: string): Promise<ServerKubeconfig | undefined> => {
  // With all scalars as text: a UID has more digits than a number can hold exactly.
  const {loadYaml} = await import('../yaml/yaml-library.ts')
  const parsed = oddCharacter(yaml) ? undefined : (await loadYaml()).parseTexts(yaml)
  const config = isJsonObject(parsed) ? parsed : {}
  const clusterName = currentOf(config, 'clusters')?.['name']
  const cluster = innerOf(config, 'clusters', 'cluster')
  const user = innerOf(config, 'users', 'user')
  const userName = currentOf(config, 'users')?.['name']
  const contextName = currentOf(config, 'contexts')?.['name']
  const server = cluster?.['server']
  const authority = cluster?.['certificate-authority-data']
  if (!isName(clusterName) || !isName(userName) || !isName(contextName)) return undefined
  if (!isText(server) || !isApiServerUrl(server) || !isText(authority) || !isCertificate(decode(authority)))
    return undefined
  return {
    clusterName,
    server,
    certificateAuthorityData: authority,
    userName,
    contextName,
    certificatePem: decode(user?.['client-certificate-data']),
    privateKeyPem: new Secret(decode(user?.['client-key-data'])),
  }
}

/** The only item of a list. */
const currentOf = (config: JsonObject, list: string): JsonObject | undefined => {
  const items = config[list]
  const item: unknown = Array.isArray(items) && items.length === 1 ? items[0] : undefined
  return isJsonObject(item) ? item : undefined
}

const innerOf = (config: JsonObject, list: string, kind: string): JsonObject | undefined => {
  const inner = currentOf(config, list)?.[kind]
  return isJsonObject(inner) ? inner : undefined
}

/** Names are shown, and written into files: none is a text that steers a terminal. */
const isName = (value: unknown): value is string => isText(value) && value.length <= 253 && printable(value) === value

/** kubectl reads nothing of a kubeconfig in which one value is not base64. Empty for such a value. */
const decode = (value: unknown): string => (isText(value) ? (fromBase64(value)?.toString('utf8') ?? '') : '')
