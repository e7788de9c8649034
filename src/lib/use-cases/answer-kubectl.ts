import {getCertificate} from './get-certificate.ts'
import type {CredentialSource} from '../credentials/credentials.ts'
import {execCredential, type ClientCertificate, type IssuedToken} from '../exec/exec-credential.ts'
import {readCertificateOptions} from '../options/certificate-options.ts'
import {readTokenOptions} from '../options/token-options.ts'
import type {IssuedCredential} from '../plugins/contract.ts'
import {formatTimestamp} from '../signing/timestamp.ts'
import {getToken} from './get-token.ts'
import type {Invocation} from './invocation.ts'

/** What one of the two commands that kubectl waits for gives. */
export interface ExecAnswer {
  /** Text for stdout. */
  readonly text: string
  /** What plugins hear of it. */
  readonly issued: IssuedCredential
  /** Where its credentials came from. */
  readonly source: CredentialSource
}

/**
 * The answer of get-token: options → credential source → token → text for stdout.
 *
 * @throws AckError what reading the options, choosing the source and signing throw
 */
export const tokenAnswer = async (invocation: Invocation): Promise<ExecAnswer> => {
  const options = readTokenOptions(invocation.inputs, invocation.execInfo)
  const source = await invocation.source()
  const issued = onThisClock(await getToken(source, options, invocation), invocation)
  return {
    text: options.tokenOnly ? `${issued.token}\n` : execCredential(issued, options.apiVersion),
    issued: issuedCredential('token', options, source, issued),
    source,
  }
}

/**
 * The answer of get-credential: options → credential source → certificate → text for stdout.
 *
 * @throws AckError what reading the options, choosing the source and getting the certificate throw
 */
export const certificateAnswer = async (invocation: Invocation): Promise<ExecAnswer> => {
  const options = readCertificateOptions(invocation.inputs, invocation.execInfo)
  const source = await invocation.source()
  const issued = onThisClock(await getCertificate(source, options, invocation), invocation)
  return {
    text: execCredential(issued, options.apiVersion),
    issued: issuedCredential('certificate', options, source, issued),
    source,
  }
}

/** With its end by this machine's clock, which is client-go's too. */
const onThisClock = <T extends {readonly expiresAt: Date}>(issued: T, {clock}: Invocation): T =>
  clock.offsetMs === 0 ? issued : {...issued, expiresAt: new Date(issued.expiresAt.getTime() - clock.offsetMs)}

const issuedCredential = (
  kind: IssuedCredential['kind'],
  {clusterId}: {readonly clusterId: string},
  {description}: {readonly description: string},
  {expiresAt}: IssuedToken | ClientCertificate,
): IssuedCredential => ({kind, clusterId, source: description, expiresAt: formatTimestamp(expiresAt)})
