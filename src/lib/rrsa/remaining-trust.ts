import {memberOf, textsOfNode, type JsonNode} from '../base/lossless-json.ts'
import {judgeTrust, type TrustPolicy} from './trust-policy.ts'
import {
  applicationOf,
  conditionsOf,
  effectOf,
  hasConditionOn,
  plainSubjects,
  STATEMENT_NAMES,
  valuesFor,
  type TokenSubject,
} from './trust-statement.ts'

/** A statement that is about a subject and that this program leaves alone, since it is not of the form that it writes. */
export interface RemainingTrust {
  /** Where it stands in the policy, from 1. */
  readonly statement: number
  /** Whether it lets the subject in; `no` where another statement denies that, or it is for another issuer or audience. */
  readonly letsIn: 'yes' | 'maybe' | 'no'
  /** How it differs from the form that this program writes, in words for a person. */
  readonly form: string
}

/** The statements that still are about a subject, by a pattern or without looking at it too, in the policy's order. */
export const remainingTrust = (policy: TrustPolicy, subject: TokenSubject): readonly RemainingTrust[] => {
  const {isDenied} = judgeTrust(policy, subject)
  return policy.statements.flatMap((statement, index) => {
    if (effectOf(statement) !== 'Allow' || applicationOf(statement, subject, ['oidc:sub']) === 'never') return []
    const applies = applicationOf(statement, subject)
    const letsIn = isDenied || applies === 'never' ? 'no' : applies === 'always' ? 'yes' : 'maybe'
    return [{statement: index + 1, letsIn, form: formOf(statement, subject)}]
  })
}

/** How the statements about a subject that are not of this program's own form differ from it. */
export const otherForms = (policy: TrustPolicy, subject: TokenSubject): readonly string[] =>
  remainingTrust(policy, subject)
    .filter(({statement}) => !hasOwnForm(policy.statements[statement - 1] as JsonNode, subject))
    .map(({form}) => form)

const hasOwnForm = (statement: JsonNode, {provider}: TokenSubject): boolean =>
  (['StringEquals', 'StringLike'] as const).some((operator) => plainSubjects(statement, provider, operator))

const formOf = (statement: JsonNode, subject: TokenSubject): string => {
  const differences = [
    ...ofMembers(statement),
    ...ofPrincipal(statement),
    ...ofConditions(statement),
    ...ofValues(statement, subject),
  ]
  return differences.length === 0 ? 'another layout' : differences.join(', ')
}

const ofMembers = (statement: JsonNode): readonly string[] => {
  const actions = textsOfNode(memberOf(statement, 'Action'))
  const isUsual = actions?.every((action) => action === 'sts:AssumeRole')
  return [
    ...(actions && !isUsual ? [`Action ${actions.join(' ')}`] : []),
    ...namesIn(statement)
      .filter((name) => !STATEMENT_NAMES.includes(name))
      .map((name) => `a member ${name}`),
  ]
}

const ofPrincipal = (statement: JsonNode): readonly string[] => {
  const principal = memberOf(statement, 'Principal')
  const providers = textsOfNode(memberOf(principal, 'Federated')) ?? []
  const {length} = providers
  return [
    ...(providers.includes('*') ? ['every provider in Federated'] : []),
    ...(length > 1 ? [`${length} providers in Federated`] : []),
    ...namesIn(principal)
      .filter((name) => name !== 'Federated')
      .map((name) => `a principal ${name} besides`),
  ]
}

const namesIn = (node: JsonNode | undefined): readonly string[] =>
  node?.kind === 'object' ? node.members.map(({name}) => name) : []

const OWN_CONDITIONS: ReadonlySet<string> = new Set([
  'StringEquals oidc:aud',
  'StringEquals oidc:iss',
  'StringEquals oidc:sub',
  'StringLike oidc:sub',
])

const ofConditions = (statement: JsonNode): readonly string[] =>
  conditionsOf(statement)
    .map(({operator, key}) => [operator, key].filter(Boolean).join(' '))
    .filter((condition) => !OWN_CONDITIONS.has(condition))
    .map((condition) => `a condition ${condition}`)

const ofValues = (statement: JsonNode, {provider, subject}: TokenSubject): readonly string[] => {
  const wanted = {'oidc:sub': subject, 'oidc:iss': provider.issuer, 'oidc:aud': provider.audience}
  return (['oidc:sub', 'oidc:iss', 'oidc:aud'] as const).flatMap((key) => {
    if (!hasConditionOn(statement, key)) return [`no condition on ${key}`]
    const values = valuesFor(statement, key)
    if (!values.includes(wanted[key])) return key === 'oidc:sub' ? ofPattern(statement) : [`another ${key}`]
    return key !== 'oidc:sub' && values.length > 1 ? [`several values for ${key}`] : []
  })
}

/** Under another operator other values say what the condition on it says already. */
const ofPattern = (statement: JsonNode): readonly string[] =>
  conditionsOf(statement).some(({operator, key}) => key === 'oidc:sub' && operator === 'StringLike')
    ? ['a pattern for oidc:sub']
    : []
