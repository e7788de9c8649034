import {getOidcProvider} from '../../../src/lib/ram/oidc-providers.ts'
import {countPolicyVersions, getPolicyDocument, listPoliciesOfRole} from '../../../src/lib/ram/policies.ts'
import {getRole, listRoles} from '../../../src/lib/ram/roles.ts'
import {listUsers} from '../../../src/lib/ram/users.ts'
import {must, mustEqual} from '../fuzz-target.ts'
import {list, membersOf, mostly, object, values, type JsonTexts} from '../json-texts.ts'
import {firstOf, serviceTarget, textOf} from '../service-target.ts'

const FOREIGN = values('a name', '\u001B[31mred', 'a\nb', '\u202Ename', '')
const ROLE = object({
  RoleName: mostly(values('one', 'two'), 30),
  RoleId: mostly(values('3')),
  Arn: mostly(values('acs:ram::1:role/one'), 30),
  Description: mostly(FOREIGN),
  AssumeRolePolicyDocument: mostly(values('{}')),
})
const paged = (outer: string, inner: string, item: JsonTexts): JsonTexts =>
  object({
    [outer]: mostly(object({[inner]: mostly(list(mostly(item, 30)))})),
    IsTruncated: mostly(values(false, false, true)),
    Marker: mostly(values('m1', 'm2', '')),
  })
const USERS = paged(
  'Users',
  'User',
  object({UserId: mostly(values('2', '20000000000000000001'), 30), UserName: mostly(FOREIGN)}),
)
const POLICIES = paged(
  'Policies',
  'Policy',
  object({PolicyName: mostly(FOREIGN), PolicyType: mostly(values('System', 'Custom'))}),
)
const VERSIONS = paged('PolicyVersions', 'PolicyVersion', object({VersionId: values('v1')}))
const POLICY = object({
  DefaultPolicyVersion: mostly(object({PolicyDocument: mostly(values('{"Statement":[]}'))})),
  Policy: mostly(object({PolicyName: FOREIGN})),
})
const PROVIDER = object({
  OIDCProvider: mostly(
    object({
      Arn: mostly(values('acs:ram::1:oidc-provider/p')),
      IssuerUrl: mostly(FOREIGN),
      ClientIds: mostly(values('a,b', ['a', 1], ' , ')),
    }),
  ),
})

const namesIn = (bodies: readonly unknown[], outer: string, inner: string, name: string): readonly unknown[] =>
  bodies.flatMap((body) => {
    const items = membersOf(membersOf(body)[outer])[inner]
    return Array.isArray(items) ? items.map((item) => membersOf(item)[name]) : []
  })

/** RAM and IMS: roles, users, policies, OIDC providers. */
export const ram = serviceTarget('ram', [
  {
    body: paged('Roles', 'Role', ROLE),
    seeds: [
      [
        '{"Roles":{"Role":[{"RoleName":"one","RoleId":"3","Arn":"acs:ram::1:role/one"}]},"IsTruncated":true,"Marker":"m1"}',
        '{"Roles":{"Role":[]},"IsTruncated":false}',
      ],
    ],
    run: async ({context, caller, bodies}) => {
      const roles = await listRoles({caller, context})
      const names = namesIn(bodies, 'Roles', 'Role', 'RoleName')
      mustEqual(
        roles.map(({name}) => name),
        names.slice(0, roles.length),
        'the roles',
      )
    },
  },
  {
    body: object({Role: mostly(ROLE)}),
    seeds: [['{"Role":{"RoleName":"one","RoleId":"3","Arn":"acs:ram::1:role/one","AssumeRolePolicyDocument":"{}"}}']],
    run: async (given) => {
      const role = await getRole('one', given)
      if (role)
        mustEqual(
          [role.name, role.arn],
          [membersOf(firstOf(given)['Role'])['RoleName'], membersOf(firstOf(given)['Role'])['Arn']],
          'the role',
        )
    },
  },
  {
    body: USERS,
    seeds: [['{"Users":{"User":[{"UserId":"2","UserName":"a"}]},"IsTruncated":false}']],
    run: async ({context, caller, bodies}) => {
      const ids = namesIn(bodies, 'Users', 'User', 'UserId')
      must(
        (await listUsers({caller, context})).every(({id}) => ids.includes(id)),
        'a user that was not listed',
      )
    },
  },
  {
    body: POLICIES,
    seeds: [['{"Policies":{"Policy":[{"PolicyName":"p","PolicyType":"System"}]}}']],
    run: async (given) => void (await listPoliciesOfRole('one', given)),
  },
  {
    body: VERSIONS,
    seeds: [['{"PolicyVersions":{"PolicyVersion":[{"VersionId":"v1"}]}}']],
    run: async (given) => void (await countPolicyVersions('p', given)),
  },
  {
    body: POLICY,
    seeds: [['{"DefaultPolicyVersion":{"PolicyDocument":"{}"},"Policy":{"PolicyName":"p"}}']],
    run: async (given) => {
      const document = await getPolicyDocument({type: 'Custom', name: 'p'}, given)
      must(document === undefined || typeof document === 'string', 'a document that is no text')
    },
  },
  {
    body: PROVIDER,
    seeds: [
      ['{"OIDCProvider":{"Arn":"acs:ram::1:oidc-provider/p","IssuerUrl":"https://oidc.example/c1","ClientIds":"a,b"}}'],
    ],
    run: async (given) => {
      const provider = await getOidcProvider('p', undefined, given)
      if (provider) mustEqual(provider.arn, textOf(membersOf(firstOf(given)['OIDCProvider'])['Arn']), 'the provider')
    },
  },
])
