import {getCertificate} from '../certificate/get-certificate.ts'
import {selectSource} from '../credentials/select-source.ts'
import {execCredential} from '../exec/exec-credential.ts'
import {readCertificateOptions} from '../options/certificate-options.ts'
import {readTokenOptions} from '../options/token-options.ts'
import {TOKEN_LIFETIME_MS} from '../token-lifetime.ts'
import {getToken} from '../token/get-token.ts'
import type {Invocation} from './ack-command.ts'

/**
 * The answer of get-token, by the command and by the light start-up without it: options → credential source → token → text for stdout.
 *
 * @throws AckError what reading the options, choosing the source and signing throw
 */
export const tokenAnswer = async (invocation: Invocation): Promise<string> => {
  const options = readTokenOptions(invocation.inputs, invocation.execInfo)
  const issued = await getToken(await selectSource(invocation, TOKEN_LIFETIME_MS), options, invocation)
  return options.tokenOnly ? `${issued.token}\n` : execCredential(issued, options.apiVersion)
}

/**
 * The answer of get-credential, by both too: options → credential source → certificate → text for stdout.
 *
 * @throws AckError what reading the options, choosing the source and getting the certificate throw
 */
export const certificateAnswer = async (invocation: Invocation): Promise<string> => {
  const options = readCertificateOptions(invocation.inputs, invocation.execInfo)
  const source = await selectSource(invocation, TOKEN_LIFETIME_MS)
  return execCredential(await getCertificate(source, options, invocation), options.apiVersion)
}
