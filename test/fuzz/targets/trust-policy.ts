import {oneof} from 'fast-check'

import {
  compactText,
  judgeTrust,
  namedSubjects,
  parseTrustPolicy,
  readableText,
  risksOf,
  withoutSubject,
  withSubject,
  type TrustPolicy,
} from '../../../src/lib/rrsa/trust-policy.ts'
import {otherForms} from '../../../src/lib/rrsa/remaining-trust.ts'
import {must, mustEqual, textTarget} from '../fuzz-target.ts'
import {list, membersOf, mostly, object, readJson, values, wrapped} from '../json-texts.ts'

const ARN = 'acs:ram::1:oidc-provider/ack-rrsa-c1'
const ISSUER = 'https://oidc.example/c1'
const AUDIENCE = 'sts.aliyuncs.com'
const SUBJECT = 'system:serviceaccount:default:app'
const TRUSTED = {
  provider: {arn: ARN, issuer: ISSUER, audience: AUDIENCE},
  account: {namespace: 'default', name: 'app'},
  subject: SUBJECT,
}

const SUBJECTS = values(SUBJECT, [SUBJECT], 'system:serviceaccount:default:*', ['*'], 'system:serviceaccount:a:b', '?')
const PATTERNS = values(`${'*a'.repeat(30)}b`, '*', '**', 'system:*:app', 'system:serviceaccount:default:ap?', [])
const EQUALS = object({
  'oidc:aud': mostly(values(AUDIENCE, [AUDIENCE], 'other')),
  'oidc:iss': mostly(values(ISSUER, 'https://oidc.example/c2')),
  'oidc:sub': mostly(SUBJECTS),
})
const LIKE = object({'oidc:sub': mostly(PATTERNS), 'acs:SourceIp': values('192.0.2.1')})
const CONDITION = object({
  StringEquals: mostly(EQUALS),
  StringLike: mostly(LIKE),
  Bool: values({'acs:SecureTransport': true}),
  StringNotEquals: mostly(LIKE),
})
const PLAIN_CONDITION = object({StringEquals: EQUALS})
const statement = (condition: typeof CONDITION): typeof CONDITION =>
  object({
    Action: mostly(values('sts:AssumeRole', ['sts:AssumeRole'], 'sts:*', '*', 'sts:AssumeRoleWithSAML')),
    Condition: mostly(condition),
    Effect: mostly(values('Allow', 'Allow', 'Allow', 'Deny', 'allow')),
    Principal: mostly(object({Federated: mostly(values(ARN, [ARN], ['*'], 'acs:ram::2:oidc-provider/x'))})),
  })
const OF_USERS = object({
  Action: values('sts:AssumeRole'),
  Effect: values('Allow'),
  Principal: object({RAM: values(['acs:ram::1:root'], '*')}),
})
const STATEMENTS = list(mostly(oneof(statement(CONDITION), statement(PLAIN_CONDITION), OF_USERS)), 4)
const POLICY = object({Statement: mostly(STATEMENTS), Version: mostly(values('1'))})

/** The trust policy of a role, against JavaScript's own reading of JSON. */
export const trustPolicy = textTarget({
  name: 'trust-policy',
  structured: wrapped(POLICY),
  seeds: [
    `{"Statement":[{"Action":"sts:AssumeRole","Condition":{"StringEquals":{"oidc:aud":"${AUDIENCE}","oidc:iss":"${ISSUER}","oidc:sub":["${SUBJECT}"]}},"Effect":"Allow","Principal":{"Federated":["${ARN}"]}}],"Version":"1"}`,
    `{"Version":"1","Statement":{"Effect":"Deny","Action":["sts:*"],"Principal":{"Federated":"${ARN}"},"Condition":{"StringLike":{"oidc:sub":"system:serviceaccount:*:a?p*"}}}}`,
  ],
  run: (text, scene) => {
    const policy = parseTrustPolicy(text, 'RAM role r1')
    const before = readJson(text)
    mustEqual(readJson(compactText(policy)), before, 'the policy on one line')
    mustEqual(readJson(readableText(policy)), before, 'the policy for people')
    for (const subject of namedSubjects(policy, TRUSTED.provider)) otherForms(policy, {...TRUSTED, subject})
    judgeTrust(policy, {...TRUSTED, subject: `system:serviceaccount:${'a'.repeat(63)}:${'a'.repeat(253)}`})
    scene.shown.push(...risksOf(policy, {arn: ARN}))
    mustEqual(judgeTrust(policy, TRUSTED).isAllowed, isAllowedBy(policy, before), 'whether the subject is let in')
    const less = withoutSubject(policy, TRUSTED)
    must(less === policy || !compactText(less).includes('undefined'), 'a policy without a subject')
    checkAddition(policy, withSubject(policy, TRUSTED, 'RAM role r1'))
  },
})

/** The subject is let in, what was there stays, and to take it away again leaves nothing of it. */
const checkAddition = (before: TrustPolicy, after: TrustPolicy): void => {
  must(judgeTrust(after, TRUSTED).isAllowed, 'a subject that was added is not let in')
  if (after === before) return
  const [old, now] = [statementsIn(before), statementsIn(after)]
  must(now.length - old.length <= 1 && now.length >= old.length, 'statements were lost or made')
  const changed = old.filter((one, index) => JSON.stringify(one) !== JSON.stringify(now[index]))
  must(changed.length <= (now.length > old.length ? 0 : 1), 'more than one statement was changed')
  must(withSubject(after, TRUSTED, 'RAM role r1') === after, 'a subject that is there is added again')
}

const statementsIn = (policy: TrustPolicy): readonly unknown[] => {
  const statement = membersOf(readJson(compactText(policy)))['Statement']
  return Array.isArray(statement) ? (statement as readonly unknown[]) : [statement]
}

/** RAM's rules for one subject, with all that this program cannot know taken for a refusal. */
const isAllowedBy = (policy: TrustPolicy, document: unknown): boolean =>
  // Where a name stands twice, JavaScript's reading has lost what the program keeps.
  JSON.stringify(document) === compactText(policy)
    ? statementsIn(policy).some(isOpen)
    : judgeTrust(policy, TRUSTED).isAllowed

const isOpen = (statement: unknown): boolean => {
  const {Action, Effect, Principal, Condition, ...more} = membersOf(statement)
  if (Effect !== 'Allow' || Object.keys(more).length > 0) return false
  const actions = textsOf(Action)
  if (!actions?.some((action) => matches(action.toLowerCase(), 'sts:assumerole'))) return false
  const {Federated} = membersOf(Principal)
  if (!textsOf(Federated)?.some((arn) => arn === ARN || arn === '*')) return false
  if (Condition === undefined) return !Object.hasOwn(statement as object, 'Condition')
  if (typeof Condition !== 'object' || Condition === null || Array.isArray(Condition)) return false
  const actual = new Map([
    ['oidc:aud', AUDIENCE],
    ['oidc:iss', ISSUER],
    ['oidc:sub', SUBJECT],
  ])
  return Object.entries(Condition).every(([operator, keys]) => {
    if (typeof keys !== 'object' || keys === null || Array.isArray(keys)) return false
    return Object.entries(keys as object).every(([key, wanted]) => {
      const value = actual.get(key)
      const patterns = textsOf(wanted)
      if (value === undefined || !patterns) return false
      if (operator === 'StringEquals') return patterns.includes(value)
      return operator === 'StringLike' && patterns.some((pattern) => matches(pattern, value))
    })
  })
}

const textsOf = (value: unknown): readonly string[] | undefined => {
  const items: readonly unknown[] = Array.isArray(value) ? value : [value]
  return items.every((item) => typeof item === 'string') ? items : undefined
}

/** Row by row, as of an edit distance. */
const matches = (pattern: string, text: string): boolean => {
  let row = [true, ...Array<boolean>(text.length).fill(false)]
  for (const character of pattern.split('')) {
    const next = [character === '*' && row[0] === true]
    for (let at = 1; at <= text.length; at += 1) {
      const isOne = character === '?' || character === text[at - 1]
      next.push(character === '*' ? row[at] === true || next[at - 1] === true : isOne && row[at - 1] === true)
    }
    row = next
  }
  return row[text.length] === true
}
