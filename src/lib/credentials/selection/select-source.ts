import {cacheSettings} from '../../cache/cache-settings.ts'
import {cachedSource} from './cached-source.ts'
import {AckError} from '../../base/errors.ts'
import {GLOBAL_OPTIONS} from '../../options/definitions.ts'
import {chooseStsEndpoint} from '../../options/endpoint.ts'
import {notAccepted, type OptionValue} from '../../options/read-option.ts'
import {refusingExpired} from '../expired.ts'
import {assumeRoleSource} from '../sources/assume-role.ts'
import type {CredentialSource} from '../credentials.ts'
import type {Selection} from './selection.ts'
import {TOKEN_LIFETIME_MS} from '../token-lifetime.ts'
import {ecsMetadataSource} from '../sources/ecs-metadata.ts'
import {providerChain, remedyOf, type Provider} from './search-order.ts'
import type {SourceContext} from '../source-context.ts'

/**
 * Selects the credential source: the one that the options, the environment or the files describe, then the roles to
 * assume with it, cached if that saves a call; and says what led to it.
 *
 * @throws AckError `CredentialsNotFound` if no provider has credentials, and what a provider throws for invalid ones
 */
export const selectSource = async (context: SourceContext): Promise<Selection> => {
  const base = await baseSelection(context)
  warnOfSessionName(base, context)
  const source = refusingExpired(withRoles(base, context), context)
  context.log.debug(`credentials: using ${source.description}`)
  if (!source.isCacheable) return {...base, source}
  if (context.options.noCache) {
    context.log.debug('cache: not used, by --no-cache')
    return {...base, source}
  }
  return {...base, source: cachedSource(source, cacheSettings(context, TOKEN_LIFETIME_MS))}
}

/** Not refused: entries of kubeconfigs have it for a role that only kubectl's environment may name. */
const warnOfSessionName = (base: Selection, context: SourceContext): void => {
  const {from} = context.options.role.sessionName
  if (!from.startsWith('--')) return
  const opensSession =
    namedRoles(base, context).length > 0 ||
    base.openedRole !== undefined ||
    // The one mode whose session has this name where the profile gives none.
    base.profile?.kind === 'RamRoleArnWithRoleName'
  if (!opensSession)
    context.log.warn(`ignoring ${from}: no role is assumed that a flag or a variable names; add --role-arn`)
}

const baseSelection = async (context: SourceContext): Promise<Selection> => {
  const {credentialType} = context.options
  if (credentialType === 'any') return searchProviders(context)
  return {source: credentialType === 'imds' ? forcedImds(context) : await ofPlugin(credentialType.ofPlugin, context)}
}

const ofPlugin = async (type: OptionValue, {askPlugins, options}: SourceContext): Promise<CredentialSource> => {
  const offered = await askPlugins?.({kind: type.value, regionId: options.regionId})
  if (offered) return offered
  throw notAccepted(type, GLOBAL_OPTIONS['credential-type'].values, 'or install a plugin that supports it')
}

const searchProviders = async (context: SourceContext): Promise<Selection> => {
  const skipped: string[] = []
  const chain = providerChain(context)
  for (const provider of chain) {
    const answer = await provider.find()
    if (!('skipped' in answer)) return answer
    context.log.debug(`credentials: skipped ${provider.name}: ${answer.skipped}`)
    skipped.push(`${provider.name}: ${answer.skipped}`)
  }
  throw new AckError(
    'CredentialsNotFound',
    `no credentials found (${[...new Set(skipped)].join('; ')})`,
    `${waysToGive(chain, context).join(', ')}, or pass --profile-file`,
  )
}

/** What would be ignored is no way. */
const waysToGive = (chain: readonly Provider[], {options}: SourceContext): readonly string[] => [
  ...chain.flatMap(({ignoredBy}) => (ignoredBy === undefined ? [] : [remedyOf(ignoredBy)])),
  ...(options.envIgnoredBy === undefined
    ? ['set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET']
    : []),
  ...(options.aliyunCliIgnoredBy === undefined ? ['run `aliyun configure`'] : []),
]

const forcedImds = (context: SourceContext): CredentialSource => {
  const origin = {description: 'selected by --credential-type', identity: [['kind', 'imds']]} as const
  return ecsMetadataSource({origin}, context)
}

/** Chains the roles. External ID, duration and policy are for the last one of the options. */
const withRoles = (base: Selection, context: SourceContext): CredentialSource => {
  const {arns, sessionName, ...forLast} = context.options.role
  let {source} = base
  for (const roleArn of rolesToAssume(base, context)) {
    const hop = {roleArn, sessionName, endpoint: chooseStsEndpoint(context.options)}
    source = assumeRoleSource(source, roleArn === arns.at(-1) ? {...hop, ...forLast} : hop, context)
  }
  return source
}

/** The named roles but for the one that the source opens itself. */
const rolesToAssume = (base: Selection, context: SourceContext): readonly OptionValue[] => {
  const roles = namedRoles(base, context)
  return base.openedRole && base.openedRole.value === roles[0]?.value ? roles.slice(1) : roles
}

/**
 * The roles that environment and options name, in the order in which they are assumed. The one of the environment is not
 * assumed twice where an option names it first, as in the entries of kubeconfigs.
 */
export const namedRoles = (
  {environmentRole}: Pick<Selection, 'environmentRole'>,
  {options}: Pick<SourceContext, 'options'>,
): readonly OptionValue[] => {
  const {arns} = options.role
  return environmentRole && environmentRole.value !== arns[0]?.value ? [environmentRole, ...arns] : arns
}
