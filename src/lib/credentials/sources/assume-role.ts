import type {Endpoint} from '../../options/endpoint.ts'
import {checkRoleArn, checkSessionName} from '../../options/role-options.ts'
import type {OptionValue} from '../../options/read-option.ts'
import type {CredentialSource} from '../credentials.ts'
import type {SourceContext} from '../source-context.ts'
import type {Identity} from '../../cache/identity.ts'

/** One role to assume, and how. Values with `from` are checked and named by it in errors. */
export interface RoleHop {
  readonly roleArn: OptionValue
  readonly sessionName: OptionValue
  readonly externalId?: string | undefined
  readonly durationSeconds?: number | undefined
  /** A RAM policy in JSON that narrows the session. */
  readonly policy?: string | undefined
  readonly endpoint: Endpoint
}

/**
 * The credentials of a role's session, assumed with those of another source by STS AssumeRole.
 *
 * @throws AckError `InvalidOption` for an ARN or a session name that STS would not take
 */
export const assumeRoleSource = (base: CredentialSource, hop: RoleHop, context: SourceContext): CredentialSource => {
  const roleArn = checkRoleArn(hop.roleArn)
  const sessionName = checkSessionName(hop.sessionName)
  const query = new Map([['RoleArn', roleArn], ['RoleSessionName', sessionName], ...roleParameters(hop)])
  return {
    description: `role ${roleArn} assumed by ${base.description}`,
    identity: [...base.identity, ...hopIdentity(query, hop)],
    namesCaller: true,
    isCacheable: true,
    atHand: () => undefined,
    load: async (signal) => {
      const {callAssumeRole} = await import('./sts-call.ts')
      return callAssumeRole(hop.endpoint, query, await base.load(signal), context, signal)
    },
  }
}

/** The parameters that shape a session, as AssumeRole and AssumeRoleWithOIDC name them. */
export const roleParameters = ({
  externalId,
  durationSeconds,
  policy,
}: Pick<RoleHop, 'externalId' | 'durationSeconds' | 'policy'>): (readonly [string, string])[] => [
  ...(externalId ? [['ExternalId', externalId] as const] : []),
  ...(durationSeconds ? [['DurationSeconds', String(durationSeconds)] as const] : []),
  ...(policy ? [['Policy', policy] as const] : []),
]

/** What tells one hop from another: all that is sent, and to whom. */
export const hopIdentity = (
  parameters: ReadonlyMap<string, string>,
  {endpoint}: Pick<RoleHop, 'endpoint'>,
): Identity => [...parameters, ['stsEndpoint', `${endpoint.scheme}://${endpoint.host}`]]
