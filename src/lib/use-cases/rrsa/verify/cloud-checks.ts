import {findAddon} from '../../../container-service/addons.ts'
import type {Endpoint} from '../../../options/endpoint.ts'
import {within, type Calling} from '../../../ram/call-ram.ts'
import {getOidcProvider} from '../../../ram/oidc-providers.ts'
import type {RamRole} from '../../../ram/roles.ts'
import {describeAccount, subjectOf, type ServiceAccount} from '../../../rrsa/names.ts'
import type {EnabledRrsa} from '../../../rrsa/rrsa-state.ts'
import {judgeTrust, parseTrustPolicy, risksOf} from '../../../rrsa/trust-policy.ts'
import {WEBHOOK_ADDON} from '../../../rrsa/webhook.ts'
import {installCommand} from '../wait-for-addon.ts'
import {fail, pass, skip, switchAnew, type CheckResult} from './check.ts'

/** Whether RAM has the cluster's OIDC provider, for the audience of STS. Throws what IMS answers. */
export const checkProvider = async (
  {providerName, arn, issuer, audience}: EnabledRrsa,
  clusterId: string,
  imsEndpoint: Endpoint | undefined,
  calling: Calling,
): Promise<CheckResult> => {
  const name = 'provider'
  const provider = await within(calling, (ofCall) => getOidcProvider(providerName, imsEndpoint, ofCall))
  const again = `${switchAnew(clusterId, calling.context)}, which makes it anew`
  if (!provider) return fail(name, `RAM has no OIDC provider ${providerName}`, again)
  if (provider.arn !== arn) return fail(name, `the cluster names ${arn}, RAM has ${provider.arn}`, again)
  if (!provider.clientIds.includes(audience))
    return fail(
      name,
      `its client IDs are ${provider.clientIds.join(', ') || 'none'}, without ${audience}`,
      `add the client ID ${audience} to OIDC provider ${providerName} in the RAM console`,
    )
  if (provider.issuer !== issuer)
    return fail(name, `its issuer is ${provider.issuer}, the cluster's is ${issuer}`, again)
  return pass(name, `${providerName} has the issuer of the cluster and the client ID ${audience}`)
}

/** Whether the webhook is installed. Throws what the Container Service answers. */
export const checkWebhook = async (clusterId: string, calling: Calling): Promise<CheckResult> => {
  const name = 'webhook'
  const addon = await within(calling, (ofCall) => findAddon(WEBHOOK_ADDON, {clusterId, ...ofCall}))
  if (!addon)
    return fail(
      name,
      `add-on ${WEBHOOK_ADDON} is not installed: pods get no token`,
      installCommand(clusterId, calling.context),
    )
  const newer = addon.nextVersion ? `; ${addon.nextVersion} is there to upgrade to` : ''
  return pass(name, `${WEBHOOK_ADDON} ${addon.version} is installed${newer}`)
}

/** Whether a role's trust policy lets the service account in. */
export const checkTrust = (
  role: RamRole,
  provider: EnabledRrsa,
  account: ServiceAccount,
  associate: string,
): CheckResult => {
  const name = 'trust'
  const policy = parseTrustPolicy(role.trustPolicy, `RAM role ${role.name}`)
  const {isAllowed, isDenied, isUncertain} = judgeTrust(policy, {provider, subject: subjectOf(account)})
  const who = describeAccount(account)
  if (isDenied)
    return fail(name, `the trust policy denies ${who}`, 'remove the statement with the effect Deny in the RAM console')
  if (isAllowed) {
    const risks = risksOf(policy, provider)
    return pass(name, [`the trust policy of ${role.name} lets ${who} in`, ...risks].join('; but '))
  }
  if (isUncertain)
    return skip(name, `the trust policy lets ${who} in under conditions that cannot be judged here`, associate)
  return fail(name, `the trust policy of ${role.name} does not let ${who} in`, associate)
}
