import {AckError} from '../base/errors.ts'
import type {Credentials} from '../credentials/credentials.ts'
import type {SourceContext} from '../credentials/source-context.ts'
import type {ClientCertificate} from '../exec/exec-credential.ts'
import type {ExpirationMinutes} from '../options/certificate-options.ts'
import {checkCertificate} from './client-certificate.ts'
import {unusableAnswer} from './cs-call.ts'
import {describeUserKubeconfig, USER_KUBECONFIG_ACTION} from './user-kubeconfig.ts'

/** A new certificate, and as whom the Container Service knows the caller. */
export interface IssuedCertificate {
  readonly certificate: ClientCertificate
  readonly userName: string
}

/**
 * Gets a new client certificate of the caller for a cluster.
 *
 * @throws AckError what the Container Service answers; `CredentialsExpired` if it has already expired
 */
export const issueCertificate = async (
  {clusterId, expirationMinutes}: {readonly clusterId: string; readonly expirationMinutes: ExpirationMinutes},
  caller: Credentials,
  context: SourceContext,
  signal: AbortSignal | undefined,
): Promise<IssuedCertificate> => {
  // The address is not used here, and every cluster has a private one.
  const request = {clusterId, expirationMinutes, privateAddress: true}
  const answer = await describeUserKubeconfig(request, caller, context, signal)
  const certificate = checkCertificate(answer.certificatePem, answer.privateKeyPem.reveal(), answer.expiration)
  if ('fault' in certificate) throw unusableAnswer(USER_KUBECONFIG_ACTION, certificate.fault)
  if (certificate.expiresAt > context.clock.now()) return {certificate, userName: answer.userName}
  throw new AckError(
    'CredentialsExpired',
    `the new certificate for cluster ${clusterId} expired at ${certificate.expiresAt.toISOString()}`,
    "check this machine's clock",
  )
}
