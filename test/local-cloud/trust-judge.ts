import type {OidcIssuer} from './oidc-issuer.ts'
import type {RamState} from './ram-state.ts'
import type {JudgeOidc} from './sts-session.ts'

type Statement = {
  readonly Effect: string
  readonly Action: string | readonly string[]
  readonly Principal?: {readonly Federated?: string | readonly string[]}
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>
}

/** Judges the tokens of an issuer by the trust policies in RAM, as STS does: provider, token, role, statements. */
export const judgeByTrustPolicy =
  (ram: RamState, issuer: OidcIssuer): JudgeOidc =>
  ({token, providerArn, roleArn}) => {
    const provider = ram.providers.get(providerArn.split('/')[1] ?? '')
    if (!provider) return 'AuthenticationFail.NoPermission'
    const claims = issuer.read(token)
    if (!claims) return 'AuthenticationFail.OIDCToken.Invalid'
    if (claims.exp * 1000 <= Date.now()) return 'AuthenticationFail.OIDCToken.Expired'
    if (claims.iss !== provider.issuer) return 'AuthenticationFail.OIDCToken.IssuerNotMatch'
    const [audience = ''] = claims.aud
    if (!provider.clientIds.includes(audience)) return 'AuthenticationFail.OIDCToken.AudienceNotMatch'
    const role = ram.roles.get(roleArn.split('/')[1] ?? '')
    if (!role) return 'EntityNotExist.Role'
    const context = {'oidc:iss': claims.iss, 'oidc:aud': audience, 'oidc:sub': claims.sub}
    const {Statement} = JSON.parse(role.trustPolicy) as {Statement: Statement | readonly Statement[]}
    const applying = [Statement].flat().filter((statement) => applies(statement, providerArn, context))
    const effects = new Set(applying.map(({Effect}) => Effect))
    return effects.has('Allow') && !effects.has('Deny') ? undefined : 'AuthenticationFail.NoPermission'
  }

const listOf = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : [value].flat()

const applies = (
  {Action, Principal, Condition = {}}: Statement,
  providerArn: string,
  context: Readonly<Record<string, string>>,
): boolean =>
  listOf(Action).includes('sts:AssumeRole') &&
  listOf(Principal?.Federated).includes(providerArn) &&
  Object.entries(Condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, values]) =>
      listOf(values).some((value) => matches(operator, value, context[key])),
    ),
  )

const matches = (operator: string, value: string, actual: string | undefined): boolean => {
  if (actual === undefined) return false
  if (operator === 'StringEquals') return value === actual
  if (operator !== 'StringLike') return false
  const pattern = value
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${pattern}$`).test(actual)
}
