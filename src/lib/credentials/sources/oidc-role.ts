import {AckError} from '../../base/errors.ts'
import {checkRoleArn, checkSessionName} from '../../options/role-options.ts'
import {errorCode} from '../../base/error-code.ts'
import {readAtMost} from '../../base/files/read-at-most.ts'
import {Secret} from '../../base/secret.ts'
import {hopIdentity, roleParameters, type RoleHop} from './assume-role.ts'
import type {CredentialSource, Origin} from '../credentials.ts'
import type {SourceContext} from '../source-context.ts'

/** No token is longer, by far: what never ends is not read to its end. */
const MAX_TOKEN_BYTES = 64 * 1024

/** A role that an OIDC token opens, as RRSA gives them to pods. */
export interface OidcRole extends Omit<RoleHop, 'externalId'> {
  readonly providerArn: string
  readonly tokenFile: string
}

/**
 * The credentials of a role's session, opened with the OIDC token in a file by STS AssumeRoleWithOIDC. The file is
 * read at each load, since Kubernetes renews it.
 *
 * @param origin - where the role was found, for logs and errors, and what tells that place from others
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
      const token = readToken(role.tokenFile)
      const {callAssumeRoleWithOidc} = await import('./sts-call.ts')
      const form = new Map([['OIDCToken', token.reveal()], ...policy])
      return callAssumeRoleWithOidc(role.endpoint, query, form, context, signal)
    },
  }
}

const readToken = (path: string): Secret => {
  const token = readText(path).trim()
  if (token === '') throw unusable(path, 'is empty')
  return new Secret(token)
}

const readText = (path: string): string => {
  try {
    return readAtMost(path, MAX_TOKEN_BYTES).toString('utf8')
  } catch (error) {
    throw unusable(path, `cannot be read: ${errorCode(error)}`)
  }
}

const unusable = (path: string, complaint: string): AckError =>
  new AckError(
    'CredentialFileUnreadable',
    `the OIDC token file ${path} ${complaint}`,
    'check that the pod has the service account token volume of RRSA, and that this user may read it',
  )
