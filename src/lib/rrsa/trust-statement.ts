import {
  memberOf,
  nodeOf,
  textOfNode,
  textsOfNode,
  withMember,
  type JsonNode,
  type JsonObjectNode,
} from '../base/lossless-json.ts'
import {covers as coversParts, patternParts} from '../base/wildcards.ts'
import {subjectOf, hasWildcard, type ServiceAccount} from './names.ts'

/** The OIDC provider of a cluster, as trust policies name it. */
export interface TrustedProvider {
  readonly arn: string
  readonly issuer: string
  readonly audience: string
}

/** A service account of a cluster, as a trust policy has to name it. */
export interface TrustedSubject {
  readonly provider: TrustedProvider
  readonly account: ServiceAccount
}

/** What tokens of a provider name as their subject, or a pattern for it. */
export interface TokenSubject {
  readonly provider: TrustedProvider
  readonly subject: string
}

/**
 * Whether a statement applies to a subject: `unless` if further conditions decide, or something in it that this program
 * does not know.
 */
export type Application = 'always' | 'unless' | 'never'

/** A part of a token that conditions look at. */
export type OidcKey = 'oidc:aud' | 'oidc:iss' | 'oidc:sub'

const ACTION = 'sts:AssumeRole'
const AUD = 'oidc:aud'
const ISS = 'oidc:iss'
const SUB = 'oidc:sub'

/** The statement that lets a service account assume a role, as the Go tool writes it. */
export const newStatement = ({provider, account}: TrustedSubject): JsonNode => {
  const {arn, issuer, audience} = provider
  const equal = {[AUD]: audience, [ISS]: issuer}
  const sub = {[SUB]: subjectOf(account)}
  return nodeOf({
    Action: ACTION,
    Condition: hasWildcard(account) ? {StringEquals: equal, StringLike: sub} : {StringEquals: {...equal, ...sub}},
    Effect: 'Allow',
    Principal: {Federated: [arn]},
  })
}

/** `Allow` or `Deny`; undefined for anything else. */
export const effectOf = (statement: JsonNode): 'Allow' | 'Deny' | undefined => {
  const effect = textOfNode(memberOf(statement, 'Effect'))
  return effect === 'Allow' || effect === 'Deny' ? effect : undefined
}

/** Whether a statement names a provider, or all of them. */
export const namesProvider = (statement: JsonNode, arn: string): boolean =>
  (textsOfNode(memberOf(memberOf(statement, 'Principal'), 'Federated')) ?? []).some(
    (name) => name === arn || name === '*',
  )

const KEYS: readonly OidcKey[] = [AUD, ISS, SUB]

/**
 * Whether a statement is about a subject, whatever its effect.
 *
 * @param keys - what of a token is taken into account; a condition on another part may hold or not
 */
export const applicationOf = (
  statement: JsonNode,
  {provider, subject}: TokenSubject,
  keys: readonly OidcKey[] = KEYS,
): Application => {
  const actions = textsOfNode(memberOf(statement, 'Action'))
  if (actions && !actions.some((action) => covers(action.toLowerCase(), ACTION.toLowerCase()))) return 'never'
  const principal = memberOf(statement, 'Principal')
  const federated = textsOfNode(memberOf(principal, 'Federated'))
  if (!federated && isKnownPrincipal(principal)) return 'never'
  if (federated && !namesProvider(statement, provider.arn)) return 'never'
  const token = {[AUD]: provider.audience, [ISS]: provider.issuer, [SUB]: subject}
  const values = new Map<string, string>(keys.map((key) => [key, token[key]]))
  const conditions = new Set(conditionsOf(statement).map((condition) => judge(condition, values)))
  if (conditions.has('never')) return 'never'
  const isKnown = actions && federated && !conditions.has('unless')
  return isKnown && hasOnly(statement, STATEMENT_NAMES) ? 'always' : 'unless'
}

/** What the conditions of a statement compare a key with, with or without wildcards; empty if they do not look at it. */
export const valuesFor = (statement: JsonNode, key: OidcKey): readonly string[] =>
  conditionsOf(statement)
    .filter((condition) => condition.key === key)
    .flatMap(({values}) => values ?? [])

/** Whether a condition of a statement looks at a key. */
export const hasConditionOn = (statement: JsonNode, key: OidcKey): boolean =>
  conditionsOf(statement).some((condition) => condition.key === key)

/** The members of a statement that this program knows. */
export const STATEMENT_NAMES: readonly string[] = ['Action', 'Condition', 'Effect', 'Principal']

const hasOnly = (node: JsonNode | undefined, names: readonly string[]): boolean =>
  node?.kind === 'object' &&
  node.members.length === new Set(node.members.map(({name}) => name)).size &&
  node.members.every(({name}) => names.includes(name))

const isKnownPrincipal = (principal: JsonNode | undefined): boolean =>
  principal?.kind === 'object' && hasOnly(principal, ['RAM', 'Service'])

/** A condition of a statement. Operator and key are empty where it is not of the form of one. */
interface Condition {
  readonly operator: string
  readonly key: string
  /** Undefined for values that are not texts. */
  readonly values: readonly string[] | undefined
}

/** The conditions of a statement, of all operators. */
export const conditionsOf = (statement: JsonNode): readonly Condition[] => {
  const node = statement.kind === 'object' ? statement.members.find(({name}) => name === 'Condition')?.value : undefined
  if (node?.kind !== 'object') return node ? [{operator: '', key: '', values: undefined}] : []
  return node.members.flatMap(({name: operator, value}) =>
    value.kind === 'object'
      ? value.members.map(({name: key, value: values}) => ({operator, key, values: textsOfNode(values)}))
      : [{operator, key: '', values: undefined}],
  )
}

const judge = ({operator, key, values}: Condition, actual: ReadonlyMap<string, string>): Application => {
  const value = actual.get(key)
  if (value === undefined || !values) return 'unless'
  if (operator === 'StringEquals') return values.includes(value) && !isPattern(value) ? 'always' : 'never'
  if (operator === 'StringLike') return values.some((pattern) => covers(pattern, value)) ? 'always' : 'never'
  if (isPattern(value)) return 'unless'
  // Names of Kubernetes are in lower case: whether such a condition means this very account is for a person to say.
  const isSame = values.some((other) => other.toLowerCase() === value.toLowerCase())
  if (operator === 'StringEqualsIgnoreCase') return isSame ? 'unless' : 'never'
  return operator === 'StringNotEquals' && values.includes(value) ? 'never' : 'unless'
}

const isPattern = (value: string): boolean => /[*?]/.test(value)

const covers = (pattern: string, text: string): boolean => coversParts(patternParts(pattern), patternParts(text))

/**
 * The list of subjects of a statement to which another one can be added, or from which one can be taken, without any other
 * effect: the statement has the form that {@link newStatement} gives it, with one subject or a list.
 *
 * @param operator - of the condition of the subjects
 * @returns undefined for a statement of another form
 */
export const plainSubjects = (
  statement: JsonNode,
  {arn, issuer, audience}: TrustedProvider,
  operator: 'StringEquals' | 'StringLike',
): readonly string[] | undefined => {
  const condition = memberOf(statement, 'Condition')
  const isPlain =
    effectOf(statement) === 'Allow' &&
    hasOnly(statement, STATEMENT_NAMES) &&
    isOnly(memberOf(statement, 'Action'), ACTION) &&
    hasOnly(memberOf(statement, 'Principal'), ['Federated']) &&
    isOnly(memberOf(memberOf(statement, 'Principal'), 'Federated'), arn) &&
    hasOnly(condition, operator === 'StringEquals' ? ['StringEquals'] : ['StringEquals', 'StringLike']) &&
    hasOnly(memberOf(condition, 'StringEquals'), operator === 'StringEquals' ? [AUD, ISS, SUB] : [AUD, ISS]) &&
    (operator === 'StringEquals' || hasOnly(memberOf(condition, 'StringLike'), [SUB])) &&
    isOnly(memberOf(memberOf(condition, 'StringEquals'), AUD), audience) &&
    isOnly(memberOf(memberOf(condition, 'StringEquals'), ISS), issuer)
  return isPlain ? textsOfNode(memberOf(memberOf(condition, operator), SUB)) : undefined
}

/** The statement with other subjects, where {@link plainSubjects} found some. */
export const withSubjects = (
  statement: JsonNode,
  operator: 'StringEquals' | 'StringLike',
  subjects: readonly string[],
): JsonNode => {
  const condition = memberOf(statement, 'Condition') as JsonObjectNode
  const inner = withMember(memberOf(condition, operator) as JsonObjectNode, SUB, nodeOf(subjects))
  return withMember(statement as JsonObjectNode, 'Condition', withMember(condition, operator, inner))
}

const isOnly = (node: JsonNode | undefined, text: string): boolean => {
  const texts = textsOfNode(node)
  return texts?.length === 1 && texts[0] === text
}
