import {askCaller} from '../../../src/lib/caller/ask-caller.ts'
import {callAssumeRole, callAssumeRoleWithOidc} from '../../../src/lib/credentials/sources/sts-call.ts'
import type {Credentials} from '../../../src/lib/credentials/credentials.ts'
import {must, mustEqual} from '../fuzz-target.ts'
import {membersOf, mostly, object, values, withoutHttpWhitespace} from '../json-texts.ts'
import {firstOf, serviceTarget, type ServiceScene} from '../service-target.ts'

const ENDPOINT = {scheme: 'https', host: 'sts.aliyuncs.com'} as const

/** The credentials of a session, as STS, the metadata service and URIs write them. */
export const SESSION_MEMBERS = {
  AccessKeyId: mostly(values('STS.new', 'STS.new', 'a b'), 30),
  AccessKeySecret: mostly(values('SECRET-new'), 30),
  SecurityToken: mostly(values('SECRET-new-token', ' SECRET-new-token\n', 'SECRET\nnew', 5), 30),
  Expiration: mostly(
    values('2026-01-02T04:04:05Z', '2026-01-02T04:04:05.123+08:00', '2026-02-31T25:00:00Z', 'soon'),
    30,
  ),
}
export const SESSION = object(SESSION_MEMBERS)
const ANSWER = object({
  RequestId: values('1'),
  AssumedRoleUser: mostly(object({Arn: mostly(values('acs:ram::1:assumed-role/a/s', 'a\u001B[31m\nb'))})),
  Credentials: mostly(SESSION),
})
const SEED =
  '{"RequestId":"1","AssumedRoleUser":{"Arn":"acs:ram::1:assumed-role/a/s","AssumedRoleId":"3:s"},"Credentials":{"SecurityToken":"SECRET-new-token","AccessKeyId":"STS.new","AccessKeySecret":"SECRET-new","Expiration":"2026-01-02T04:04:05Z"}}'

/** What was taken for a session is one, whatever else the answer says. */
export const checkSession = (credentials: Credentials, written: unknown): void => {
  const {AccessKeyId: id, AccessKeySecret: secret, SecurityToken: token, Expiration: end} = membersOf(written)
  const {accessKeyId, accessKeySecret, securityToken, expiration} = credentials
  mustEqual([accessKeyId, accessKeySecret.reveal()], [id, secret], 'the AccessKey of a session')
  mustEqual(securityToken?.reveal(), withoutHttpWhitespace(String(token)), 'its token')
  must(accessKeyId !== '' && accessKeySecret.length > 0, 'a session without an AccessKey')
  must(!Number.isNaN(expiration?.getTime()), 'an expiration that is no time')
  if (expiration) mustEqual(expiration.getTime(), Date.parse(String(end)), 'the expiration')
}

const assumeRole = async (given: ServiceScene): Promise<void> => {
  const {context, caller} = given
  const credentials = await callAssumeRole(ENDPOINT, new Map([['RoleArn', 'r']]), caller, context)
  checkSession(credentials, firstOf(given)['Credentials'])
}

const assumeRoleWithOidc = async (given: ServiceScene): Promise<void> => {
  const {context} = given
  const credentials = await callAssumeRoleWithOidc(ENDPOINT, new Map(), new Map(), context)
  checkSession(credentials, firstOf(given)['Credentials'])
}

const IDENTITY = object(
  {
    IdentityType: mostly(values('RAMUser', 'AssumedRoleUser')),
    AccountId: mostly(values('1')),
    Arn: mostly(values('acs:ram::1:user/a', 'acs:ram::1:assumed-role/a/s', 'acs:ram::1:assumed-role/')),
    PrincipalId: mostly(values('2')),
    UserId: values('2'),
    RequestId: values('1'),
  },
  true,
)

const callerIdentity = async (given: ServiceScene): Promise<void> => {
  const {context, caller, scene} = given
  const identity = await askCaller(ENDPOINT, caller, context)
  const fields = new Map(Object.entries(firstOf(given)).map(([name, value]) => [name.toLowerCase(), value]))
  mustEqual(
    [identity.accountId, identity.arn, identity.principalId],
    [fields.get('accountid'), fields.get('arn'), fields.get('principalid')],
    'the caller',
  )
  scene.shown.push(JSON.stringify(identity))
}

/** STS: AssumeRole, AssumeRoleWithOIDC, GetCallerIdentity. */
export const sts = serviceTarget('sts', [
  {body: ANSWER, seeds: [[SEED]], run: assumeRole},
  {body: ANSWER, seeds: [[SEED]], run: assumeRoleWithOidc},
  {
    body: IDENTITY,
    seeds: [
      [
        '{"IdentityType":"RAMUser","AccountId":"1","Arn":"acs:ram::1:user/a","PrincipalId":"2","UserId":"2","RequestId":"1"}',
      ],
    ],
    run: callerIdentity,
  },
])
