import {AckError} from '../base/errors.ts'
import {
  memberOf,
  nodeOf,
  parseLossless,
  textsOfNode,
  withMember,
  writeLossless,
  type JsonNode,
  type JsonObjectNode,
} from '../base/lossless-json.ts'
import {describeAccount, hasWildcard, subjectOf} from './names.ts'
import {AUDIENCE} from './rrsa-state.ts'
import {
  applicationOf,
  effectOf,
  hasConditionOn,
  namesProvider,
  newStatement,
  plainSubjects,
  valuesFor,
  withSubjects,
  type TokenSubject,
  type TrustedProvider,
  type TrustedSubject,
} from './trust-statement.ts'

/** The trust policy of a role, as data that loses nothing. */
export interface TrustPolicy {
  readonly document: JsonObjectNode
  readonly statements: readonly JsonNode[]
}

/** RAM's limit is not published; these two are, for AWS and for RAM's other policies. In characters. */
const LENGTHS = [2048, 6144]

/**
 * Reads a trust policy. A statement that is not in a list counts as a list of one.
 *
 * @param owner - for messages: `RAM role r1`
 * @throws AckError `PreconditionFailed` for what is not a policy: it is not replaced
 */
export const parseTrustPolicy = (text: string, owner: string): TrustPolicy => {
  const document = parseLossless(text)
  const statement = memberOf(document, 'Statement')
  const list = statement?.kind === 'array' ? statement.items : statement?.kind === 'object' ? [statement] : undefined
  if (document?.kind === 'object' && list?.every(({kind}) => kind === 'object')) return {document, statements: list}
  throw new AckError(
    'PreconditionFailed',
    `the trust policy of ${owner} is not a policy in JSON with a list of statements`,
    'correct it in the RAM console: it is left as it is',
  )
}

/** The trust policy of a new role. */
export const emptyTrustPolicy = (): TrustPolicy => ({
  document: nodeOf({Statement: [], Version: '1'}) as JsonObjectNode,
  statements: [],
})

/** A trust policy as it is sent: on one line, since its length is limited. */
export const compactText = (policy: TrustPolicy): string => writeLossless(policy.document)

/** A trust policy as people read it. */
export const readableText = ({document}: TrustPolicy): string => `${writeLossless(document, '  ')}\n`

/** Whether a trust policy lets a subject in, and what it says against it. */
export interface Judgement {
  readonly isAllowed: boolean
  /** Whether a statement denies what another one allows. */
  readonly isDenied: boolean
  /** Whether a statement may deny it, or allows it only under further conditions. */
  readonly isUncertain: boolean
}

/** Judges whether a trust policy lets a subject in, by all its statements: a denial counts before what is allowed. */
export const judgeTrust = ({statements}: TrustPolicy, subject: TokenSubject): Judgement => {
  const applies = (effect: 'Allow' | 'Deny', how: string): boolean =>
    statements.some((statement) => effectOf(statement) === effect && applicationOf(statement, subject) === how)
  return {
    isAllowed: applies('Allow', 'always'),
    isDenied: applies('Deny', 'always'),
    isUncertain: applies('Deny', 'unless') || (applies('Allow', 'unless') && !applies('Allow', 'always')),
  }
}

/**
 * The policy with a subject let in: the same if it is let in already; else in the list of a statement that differs in
 * nothing else, or in a statement of its own at the end.
 *
 * @throws AckError `PreconditionFailed` where another statement denies it
 */
export const withSubject = (policy: TrustPolicy, subject: TrustedSubject, owner: string): TrustPolicy => {
  const wanted = subjectOf(subject.account)
  const {isAllowed, isDenied} = judgeTrust(policy, {provider: subject.provider, subject: wanted})
  if (isDenied)
    throw new AckError(
      'PreconditionFailed',
      `the trust policy of ${owner} denies service account ${describeAccount(subject.account)}: a statement that allows it would have no effect`,
      'remove the statement with the effect Deny in the RAM console',
    )
  if (isAllowed) return policy
  const operator = hasWildcard(subject.account) ? 'StringLike' : 'StringEquals'
  const at = policy.statements.findIndex((statement) => plainSubjects(statement, subject.provider, operator))
  const statement = policy.statements[at]
  if (!statement) return withStatements(policy, [...policy.statements, newStatement(subject)])
  const subjects = plainSubjects(statement, subject.provider, operator) ?? []
  const merged = withSubjects(statement, operator, [...subjects, wanted])
  return withStatements(policy, policy.statements.with(at, merged))
}

/**
 * The policy without exactly this subject: out of the lists of statements of the form that this program writes, and such
 * a statement whole, if it names no other. What else lets the subject in stays, a wildcard say.
 */
export const withoutSubject = (policy: TrustPolicy, {provider, account}: TrustedSubject): TrustPolicy => {
  const subject = subjectOf(account)
  const operators = ['StringEquals', 'StringLike'] as const
  const statements = policy.statements.flatMap((statement) => {
    const operator = operators.find((name) => plainSubjects(statement, provider, name)?.includes(subject))
    if (!operator) return [statement]
    const others = (plainSubjects(statement, provider, operator) ?? []).filter((other) => other !== subject)
    return others.length === 0 ? [] : [withSubjects(statement, operator, others)]
  })
  const isSame = statements.every((statement, index) => statement === policy.statements[index])
  return isSame && statements.length === policy.statements.length ? policy : withStatements(policy, statements)
}

/**
 * The subjects that statements of a policy mean to let in, with or without wildcards, each once: {@link judgeTrust} says
 * which of them it does.
 */
export const namedSubjects = ({statements}: TrustPolicy, provider: TrustedProvider): readonly string[] => {
  const allowing = statements.filter((statement) => effectOf(statement) === 'Allow')
  return [...new Set(allowing.flatMap((statement) => subjectsOf(statement, provider)))]
}

/** Every subject where a statement names none that it is about: it does not look, or says who is kept out. */
const subjectsOf = (statement: JsonNode, provider: TrustedProvider): readonly string[] => {
  const isAbout = (subject: string): boolean => applicationOf(statement, {provider, subject}, ['oidc:sub']) !== 'never'
  const named = valuesFor(statement, 'oidc:sub').filter(isAbout)
  return named.length > 0 ? named : [EVERY_SUBJECT].filter(isAbout)
}

const EVERY_SUBJECT = subjectOf({namespace: '*', name: '*'})

/** What lets more in than it should, in words for a person. */
export const risksOf = ({statements}: TrustPolicy, provider: Pick<TrustedProvider, 'arn'>): readonly string[] =>
  statements.flatMap((statement) => {
    if (effectOf(statement) !== 'Allow') return []
    const accounts = textsOfNode(memberOf(memberOf(statement, 'Principal'), 'RAM')) ?? []
    const root = accounts.some((arn) => arn.endsWith(':root') || arn === '*')
    if (root) return ['the trust policy also trusts every RAM user and role of an account (…:root)']
    if (!namesProvider(statement, provider.arn)) return []
    return [
      ...(hasConditionOn(statement, 'oidc:sub')
        ? []
        : ['a statement does not look at oidc:sub: every service account of the cluster may become the role']),
      ...(hasConditionOn(statement, 'oidc:aud')
        ? []
        : ['a statement does not look at oidc:aud: tokens for others are taken']),
    ]
  })

/** What a length says: RAM may refuse the document. */
export const lengthWarnings = (policy: TrustPolicy): readonly string[] => {
  const {length} = compactText(policy)
  const passed = LENGTHS.findLast((limit) => length > limit)
  if (passed === undefined) return []
  return [
    `the trust policy has ${length} characters, more than ${passed}: RAM may refuse it; use another role, or a wildcard for the service accounts of a namespace`,
  ]
}

const withStatements = ({document}: TrustPolicy, statements: readonly JsonNode[]): TrustPolicy => ({
  document: withMember(document, 'Statement', {kind: 'array', items: statements}),
  statements,
})

/**
 * The provider of a cluster by the name that ACK gives it, as a policy names it; undefined if no statement does. Issuer and
 * audience may stand in different statements; the issuer is empty where none looks at it.
 */
export const providerNamedFor = ({statements}: TrustPolicy, clusterId: string): TrustedProvider | undefined => {
  const ofCluster = (statement: JsonNode): string | undefined =>
    textsOfNode(memberOf(memberOf(statement, 'Principal'), 'Federated'))?.find((name) =>
      name.endsWith(`:oidc-provider/ack-rrsa-${clusterId}`),
    )
  const arn = statements.map(ofCluster).find((name) => name !== undefined)
  if (arn === undefined) return undefined
  const [issuer = '', audience = AUDIENCE] = (['oidc:iss', 'oidc:aud'] as const).map(
    (key) => statements.filter(ofCluster).flatMap((statement) => valuesFor(statement, key))[0],
  )
  return {arn, issuer, audience}
}
