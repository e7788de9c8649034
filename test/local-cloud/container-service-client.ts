import {createHash, randomUUID} from 'node:crypto'

import type {LocalContainerService} from './container-service.ts'
import {signAcs3, toTimestamp, type Acs3Request, type SigningKey} from './signing.ts'

/** An answer of Container Service. */
export type ContainerServiceReply = {readonly status: number; readonly body: Readonly<Record<string, unknown>>}

type Texts = Readonly<Record<string, string>>

const USER_CONFIG = /^\/k8s\/[^/]+\/user_config$/

/** A GET request as it must be, unsigned: every header is to be signed, `host` and a new nonce among them. */
export const containerServiceRequest = (
  {endpoint}: LocalContainerService,
  {path, query = {}, at}: {readonly path: string; readonly query?: Texts; readonly at: Date},
  {securityToken}: SigningKey,
): Acs3Request => ({
  method: 'GET',
  path,
  query,
  headers: {
    host: new URL(endpoint).host,
    'x-acs-action': USER_CONFIG.test(path) ? 'DescribeClusterUserKubeconfig' : 'DescribeClustersV1',
    'x-acs-content-sha256': createHash('sha256').digest('hex'),
    'x-acs-date': toTimestamp(at),
    'x-acs-signature-nonce': randomUUID(),
    'x-acs-version': '2015-12-15',
    ...(securityToken && {'x-acs-security-token': securityToken}),
  },
})

/** Sends a request with an Authorization that may not fit it. */
export const sendContainerService = async (
  {endpoint}: LocalContainerService,
  {method, path, query, headers}: Acs3Request,
  authorization: string,
): Promise<ContainerServiceReply> => {
  const {host: _, ...sent} = headers // fetch sends its own
  const url = `${endpoint}${path}?${new URLSearchParams(query).toString()}`
  const response = await fetch(url, {method, headers: {...sent, authorization}})
  return {status: response.status, body: (await response.json()) as ContainerServiceReply['body']}
}

/** Signs a request as it is, and sends it. */
export const callContainerService = (
  service: LocalContainerService,
  request: Acs3Request,
  key: SigningKey,
): Promise<ContainerServiceReply> => sendContainerService(service, request, signAcs3(request, key))
