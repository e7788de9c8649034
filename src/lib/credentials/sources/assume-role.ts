import {describeEndpoint, type Endpoint} from '../../options/endpoint.ts'
import {checkRoleArn, checkSessionName} from '../../options/role-options.ts'
import type {OptionValue} from '../../options/read-option.ts'
import type {CredentialSource} from '../credentials.ts'
import {CHECK_CLOCK, refusingExpired} from '../expired.ts'
import type {SourceContext} from '../source-context.ts'
import type {Identity} from '../../cache/identity.ts'

/** One role to assume. Values with `from` are checked; errors name them by it. */
export interface RoleHop {
  readonly roleArn: OptionValue
  readonly sessionName: OptionValue
  readonly externalId?: string | undefined
  readonly durationSeconds?: number | undefined
  /** A session policy in JSON. */
  readonly policy?: string | undefined
  readonly endpoint: Endpoint
}

/**
 * The credentials of a role session, assumed with those of another source by STS AssumeRole.
 *
 * @throws AckError `InvalidOption` for an invalid ARN or session name
 */
export const assumeRoleSource = (given: CredentialSource, hop: RoleHop, context: SourceContext): CredentialSource => {
  const base = refusingExpired(given, context)
  const {askCaller} = base
  const roleArn = checkRoleArn(hop.roleArn)
  const sessionName = checkSessionName(hop.sessionName)
  const query = new Map([['RoleArn', roleArn], ['RoleSessionName', sessionName], ...roleParameters(hop)])
  return {
    description: `role ${roleArn} assumed by ${base.description}`,
    identity: [...base.identity, ...hopIdentity(query, hop)],
    ...(base.variables ? {variables: base.variables} : {}),
    namesCaller: base.namesCaller,
    isCacheable: true,
    ifExpired: CHECK_CLOCK,
    atHand: () => undefined,
    ...(askCaller ? {askCaller: async (signal) => assumeRoleSource(await askCaller(signal), hop, context)} : {}),
    load: async (signal) => {
      const {callAssumeRole} = await import('./sts-call.ts')
      return callAssumeRole(hop.endpoint, query, await base.load(signal), context, signal)
    },
  }
}

/** The optional parameters of AssumeRole and AssumeRoleWithOIDC. */
export const roleParameters = ({
  externalId,
  durationSeconds,
  policy,
}: Pick<RoleHop, 'externalId' | 'durationSeconds' | 'policy'>): (readonly [string, string])[] => [
  ...(externalId ? [['ExternalId', externalId] as const] : []),
  ...(durationSeconds ? [['DurationSeconds', String(durationSeconds)] as const] : []),
  ...(policy ? [['Policy', policy] as const] : []),
]

/** The identity of a role session: all parameters, and the endpoint. */
export const hopIdentity = (
  parameters: ReadonlyMap<string, string>,
  {endpoint}: Pick<RoleHop, 'endpoint'>,
): Identity => [...parameters, ['stsEndpoint', describeEndpoint(endpoint)]]
