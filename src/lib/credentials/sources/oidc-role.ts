import {checkRoleArn, checkSessionName} from '../../options/role-options.ts'
import {hopIdentity, roleParameters, type RoleHop} from './assume-role.ts'
import {Secret} from '../../base/secret.ts'
import type {CredentialSource, Origin} from '../credentials.ts'
import {CHECK_CLOCK} from '../expired.ts'
import {readOidcToken, type OidcToken} from './oidc-token.ts'
import type {SourceContext} from '../source-context.ts'

/** A role that is assumed with an OIDC token, as with RRSA in a pod. */
export interface OidcRole extends Omit<RoleHop, 'externalId'> {
  readonly providerArn: string
  readonly tokenFile: string
}

/**
 * The credentials of a role session, assumed with the OIDC token in a file by STS AssumeRoleWithOIDC. The file is read
 * each time, since Kubernetes renews it, and since the token in it says who the caller is.
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
  const sourceOf = (token: OidcToken): CredentialSource => ({
    ...origin,
    description: `role ${role.roleArn.value} by OIDC, ${origin.description}`,
    identity: [...origin.identity, ...token.identity, ...policy, ...hopIdentity(query, role)],
    namesCaller: true,
    isCacheable: true,
    ifExpired: CHECK_CLOCK,
    atHand: () => undefined,
    load: async (signal) => {
      const {callAssumeRoleWithOidc} = await import('./sts-call.ts')
      const form = new Map([['OIDCToken', token.text.reveal()], ...policy])
      return callAssumeRoleWithOidc(role.endpoint, query, form, context, signal)
    },
  })
  // The file says who the caller is, and may belong to another one the next time.
  const askCaller = (): Promise<CredentialSource> =>
    Promise.resolve().then(() => sourceOf(readOidcToken(role.tokenFile, context.options.timeoutMs)))
  return {
    ...sourceOf(UNREAD),
    namesCaller: false,
    askCaller,
    load: async (signal) => (await askCaller()).load(signal),
  }
}

const UNREAD: OidcToken = {text: new Secret(''), identity: []}
