import {describeUserKubeconfig, USER_KUBECONFIG_ACTION} from '../container-service/user-kubeconfig.ts'
import type {Credentials} from '../credentials/credentials.ts'
import type {SourceContext} from '../credentials/source-context.ts'
import {checkCertificate} from '../container-service/client-certificate.ts'
import {unusableAnswer} from '../container-service/cs-call.ts'
import type {ApiServer} from './api-call.ts'

/** The life of the certificate, long enough for one run. In minutes. */
const CERTIFICATE_MINUTES = 60

/** An API server that was just opened. */
export interface OpenedApiServer extends ApiServer {
  /** When the certificate expires. */
  readonly expiresAt: Date
}

/**
 * Opens a cluster's API server as the caller: with a certificate that the Container Service issues for this run.
 *
 * @throws AckError what the Container Service answers; `ServiceFailed` for a certificate that cannot be used
 */
export const openApiServer = async (
  {clusterId, privateAddress}: {readonly clusterId: string; readonly privateAddress: boolean},
  caller: Credentials,
  context: SourceContext,
  signal?: AbortSignal,
): Promise<OpenedApiServer> => {
  const request = {clusterId, privateAddress, expirationMinutes: CERTIFICATE_MINUTES}
  const entry = await describeUserKubeconfig(request, caller, context, signal)
  const checked = checkCertificate(entry.certificatePem, entry.privateKeyPem.reveal(), entry.expiration)
  if ('fault' in checked) throw unusableAnswer(USER_KUBECONFIG_ACTION, checked.fault)
  return {
    clusterId,
    server: entry.server,
    tls: {
      ca: Buffer.from(entry.certificateAuthorityData, 'base64').toString('utf8'),
      certificate: checked.certificatePem,
      privateKey: checked.privateKeyPem,
    },
    context,
    expiresAt: checked.expiresAt,
  }
}
