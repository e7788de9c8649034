import {stringify} from 'yaml'

import type {ClientCertificate} from './cluster-ca.ts'
import {forbidden, type ContainerServiceCall, type LocalCluster} from './container-service-call.ts'
import {ContainerServiceError, invalidParameter} from './container-service-error.ts'
import {valuesOf, type ReceivedRequest} from './received-request.ts'
import type {StsIdentity} from './sts-caller.ts'
import {principalArn, userIdOf} from './sts-session.ts'

/** The answer of DescribeClusterUserKubeconfig. */
export type UserKubeconfigAnswer = {
  /** A kubeconfig as YAML. */
  readonly config: string
  /** The end of its certificate, RFC 3339 in UTC, whole seconds. */
  readonly expiration: string
}

const MIN_MINUTES = 15
const MAX_MINUTES = 4320
const DEFAULT_SECONDS = 3 * 365 * 24 * 60 * 60

/**
 * Makes a kubeconfig with a client certificate of the caller.
 *
 * @throws ContainerServiceError if there is no such cluster, the caller may not have it, or a parameter is wrong
 */
export const describeClusterUserKubeconfig = async (call: ContainerServiceCall): Promise<UserKubeconfigAnswer> => {
  const {request, caller, clusterId, clusters, now} = call
  const cluster = clusters.find(({id}) => id === clusterId)
  if (!cluster)
    throw new ContainerServiceError('ErrorClusterNotFound', `cluster (${clusterId}) not found in our records`)
  if (!isAllowed(cluster, caller)) throw forbidden(caller, 'cs:DescribeClusterUserKubeconfig')
  const lifetimeSeconds = readLifetime(request)
  const server = readIsPrivate(request) ? cluster.privateServer : cluster.server
  const uid = (cluster.uidOf ?? userIdOf)(caller.arn)
  const certificate = await cluster.ca.issue({uid, lifetimeSeconds, now})
  return {
    config: writeConfig({cluster, server, uid, certificate}),
    expiration: certificate.expiration.toISOString().replace(/\.\d{3}Z$/, 'Z'),
  }
}

const isAllowed = ({allowedArns}: LocalCluster, {arn}: StsIdentity): boolean =>
  !allowedArns || allowedArns.includes(arn) || allowedArns.includes(principalArn(arn))

const readLifetime = ({query}: ReceivedRequest): number => {
  const [text] = valuesOf(query, 'TemporaryDurationMinutes')
  if (text === undefined) return DEFAULT_SECONDS
  const minutes = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (minutes >= MIN_MINUTES && minutes <= MAX_MINUTES) return minutes * 60
  throw invalidParameter('TemporaryDurationMinutes')
}

const readIsPrivate = ({query}: ReceivedRequest): boolean => {
  const [text = 'false'] = valuesOf(query, 'PrivateIpAddress')
  if (text !== 'true' && text !== 'false') throw invalidParameter('PrivateIpAddress')
  return text === 'true'
}

type ConfigParts = {
  readonly cluster: LocalCluster
  readonly server: string
  readonly uid: string
  readonly certificate: ClientCertificate
}

const writeConfig = ({cluster, server, uid, certificate}: ConfigParts): string => {
  const context = `${uid}-${cluster.id}`
  const kubeconfig = {
    apiVersion: 'v1',
    clusters: [{cluster: {server, 'certificate-authority-data': base64(cluster.caPem)}, name: 'kubernetes'}],
    contexts: [{context: {cluster: 'kubernetes', user: uid}, name: context}],
    'current-context': context,
    kind: 'Config',
    preferences: {},
    users: [
      {
        name: uid,
        user: {
          'client-certificate-data': base64(certificate.certPem),
          'client-key-data': base64(certificate.keyPem),
        },
      },
    ],
  }
  return stringify(kubeconfig, {lineWidth: 0}) // the uid comes out quoted: it is all digits
}

const base64 = (text: string): string => Buffer.from(text).toString('base64')
