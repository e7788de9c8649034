import {AckError} from '../../base/errors.ts'
import {checkRoleArn, checkSessionName} from '../../options/role-options.ts'
import {readUserFile, whyUnreadable} from '../../base/files/read-user-file.ts'
import {stripHttpWhitespace} from '../../base/http-whitespace.ts'
import {Secret} from '../../base/secret.ts'
import {hopIdentity, roleParameters, type RoleHop} from './assume-role.ts'
import type {CredentialSource, Origin} from '../credentials.ts'
import type {SourceContext} from '../source-context.ts'

/** The limit of the token file, far above what a token needs. */
const MAX_TOKEN_BYTES = 64 * 1024

/** A role that is assumed with an OIDC token, as with RRSA in a pod. */
export interface OidcRole extends Omit<RoleHop, 'externalId'> {
  readonly providerArn: string
  readonly tokenFile: string
}

/**
 * The credentials of a role session, assumed with the OIDC token in a file by STS AssumeRoleWithOIDC. The file is read at
 * each load, since Kubernetes renews it.
 *
 * @param origin - where the role was configured
 * @throws AckError `InvalidOption`
 */
export const oidcRoleSource = (origin: Origin, role: OidcRole, context: SourceContext): CredentialSource => {
  const query = new Map([
    ['OIDCProviderArn', role.providerArn],
    ['RoleArn', checkRoleArn(role.roleArn)],
    ['RoleSessionName', checkSessionName(role.sessionName)],
    ...roleParameters({durationSeconds: role.durationSeconds}),
  ])
  const policy = roleParameters({policy: role.policy})
  return {
    description: `role ${role.roleArn.value} by OIDC, ${origin.description}`,
    identity: [...origin.identity, ['tokenFile', role.tokenFile], ...policy, ...hopIdentity(query, role)],
    namesCaller: true,
    isCacheable: true,
    atHand: () => undefined,
    load: async (signal) => {
      const token = readToken(role.tokenFile, context.options.timeoutMs)
      const {callAssumeRoleWithOidc} = await import('./sts-call.ts')
      const form = new Map([['OIDCToken', token.reveal()], ...policy])
      return callAssumeRoleWithOidc(role.endpoint, query, form, context, signal)
    },
  }
}

const readToken = (path: string, waitMs: number): Secret => {
  const token = stripHttpWhitespace(readText(path, waitMs))
  if (token === '') throw invalidTokenFile(path, 'is empty')
  return new Secret(token)
}

const readText = (path: string, waitMs: number): string => {
  try {
    return readUserFile(path, {maxBytes: MAX_TOKEN_BYTES, waitMs}).toString('utf8')
  } catch (error) {
    throw invalidTokenFile(path, `cannot be read: ${whyUnreadable(error)}`)
  }
}

const invalidTokenFile = (path: string, complaint: string): AckError =>
  new AckError(
    'CredentialFileUnreadable',
    `the OIDC token file ${path} ${complaint}`,
    "check that the pod has RRSA's service account token volume, and that this user can read it",
  )
