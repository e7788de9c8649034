import {addRole, type RamState, type StoredPolicy, type StoredRole} from './ram-state.ts'

/** A refusal by RAM. */
export class RamError extends Error {
  override readonly name = 'RamError'
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, message = code) {
    super(message)
    this.status = status
    this.code = code
  }
}

/** A call of RAM: parameters of query and body. */
export type RamCall = {readonly state: RamState; readonly parameter: (name: string) => string}

type Action = (call: RamCall) => object

const ROLE_NAME = /^[A-Za-z0-9.-]{1,64}$/
const POLICY_NAME = /^[A-Za-z0-9-]{1,128}$/
const MAX_VERSIONS = 5

const notExist = (kind: string, name: string): RamError =>
  new RamError(404, `EntityNotExist.${kind}`, `The ${kind.toLowerCase()} not exists : ${name} .`)
const exists = (kind: string, name: string): RamError =>
  new RamError(409, `EntityAlreadyExists.${kind}`, `The ${kind.toLowerCase()} already exists: ${name} .`)

const needed = ({parameter}: RamCall, name: string): string => {
  const value = parameter(name)
  if (value) return value
  throw new RamError(400, `MissingParameter.${name}`, `The parameter ${name} is missing.`)
}

const roleOf = (call: RamCall): StoredRole => {
  const name = needed(call, 'RoleName')
  const role = call.state.roles.get(name)
  if (!role) throw notExist('Role', name)
  return role
}

const policyOf = (call: RamCall, type = needed(call, 'PolicyType')): StoredPolicy => {
  const name = needed(call, 'PolicyName')
  const policy = call.state.policies.get(`${type}/${name}`)
  if (!policy) throw notExist('Policy', name)
  return policy
}

const checkDocument = (call: RamCall, name: string, longest: number): string => {
  const text = needed(call, name)
  if (text.length > longest) throw new RamError(400, `InvalidParameter.${name}.Length`, `The ${name} is too long.`)
  try {
    JSON.parse(text)
  } catch {
    throw new RamError(400, `MalformedPolicyDocument`, 'Malformed policy document.')
  }
  return text
}

const describeRole = ({name, id, description, trustPolicy}: StoredRole, {accountId}: RamState): object => ({
  RoleName: name,
  RoleId: id,
  Arn: `acs:ram::${accountId}:role/${name}`,
  Description: description,
  MaxSessionDuration: 3600,
  AssumeRolePolicyDocument: trustPolicy,
})

const withoutTrust = (role: object): object =>
  Object.fromEntries(Object.entries(role).filter(([name]) => name !== 'AssumeRolePolicyDocument'))

/** One page of a list, as RAM cuts it. */
const page = <T>({state, parameter}: RamCall, all: readonly T[], write: (items: readonly T[]) => object): object => {
  const from = Number(parameter('Marker') || 0)
  const end = from + Math.min(Number(parameter('MaxItems') || 100), state.pageSize)
  const isTruncated = end < all.length
  return {...write(all.slice(from, end)), IsTruncated: isTruncated, ...(isTruncated && {Marker: String(end)})}
}

const createRole: Action = (call) => {
  const name = needed(call, 'RoleName')
  if (!ROLE_NAME.test(name)) throw new RamError(400, 'InvalidParameter.RoleName.InvalidChars')
  const trust = checkDocument(call, 'AssumeRolePolicyDocument', call.state.maxTrustPolicy)
  if (call.state.roles.has(name)) throw exists('Role', name)
  return {Role: describeRole(addRole(call.state, name, trust, call.parameter('Description')), call.state)}
}

const updateRole: Action = (call) => {
  const role = roleOf(call)
  role.trustPolicy = checkDocument(call, 'NewAssumeRolePolicyDocument', call.state.maxTrustPolicy)
  return {Role: describeRole(role, call.state)}
}

const deleteRole: Action = (call) => {
  const {name} = roleOf(call)
  if ((call.state.attached.get(name)?.size ?? 0) > 0)
    throw new RamError(409, 'DeleteConflict.Role.Policy', 'The role still has policies.')
  call.state.roles.delete(name)
  return {}
}

const createPolicy: Action = (call) => {
  const name = needed(call, 'PolicyName')
  if (!POLICY_NAME.test(name)) throw new RamError(400, 'InvalidParameter.PolicyName.InvalidChars')
  const document = checkDocument(call, 'PolicyDocument', 6144)
  if (call.state.policies.has(`Custom/${name}`)) throw exists('Policy', name)
  call.state.policies.set(`Custom/${name}`, {name, type: 'Custom', versions: [document]})
  return {Policy: {PolicyName: name, PolicyType: 'Custom'}}
}

const createPolicyVersion: Action = (call) => {
  const {versions} = policyOf(call, 'Custom')
  const document = checkDocument(call, 'PolicyDocument', 6144)
  if (versions.length >= MAX_VERSIONS) throw new RamError(409, 'LimitExceeded.Policy.Version')
  versions.push(document)
  return {PolicyVersion: {VersionId: `v${versions.length}`}}
}

const attach: Action = (call) => {
  const {name: role} = roleOf(call)
  const {type, name} = policyOf(call)
  const attached = call.state.attached.get(role) ?? new Set()
  if (attached.has(`${type}/${name}`)) throw exists('Role.Policy', name)
  call.state.attached.set(role, attached.add(`${type}/${name}`))
  return {}
}

const detach: Action = (call) => {
  const {name: role} = roleOf(call)
  const {type, name} = policyOf(call)
  if (!call.state.attached.get(role)?.delete(`${type}/${name}`)) throw notExist('Role.Policy', name)
  return {}
}

const listPoliciesForRole: Action = (call) => {
  const attached = [...(call.state.attached.get(roleOf(call).name) ?? [])]
  const policies = attached.map((key) => ({PolicyType: key.split('/')[0], PolicyName: key.split('/')[1]}))
  return {Policies: {Policy: policies}}
}

const getPolicy: Action = (call) => {
  const {name, type, versions} = policyOf(call)
  return {
    Policy: {PolicyName: name, PolicyType: type},
    DefaultPolicyVersion: {PolicyDocument: versions.at(-1), VersionId: `v${versions.length}`, IsDefaultVersion: true},
  }
}

const listUsers: Action = (call) =>
  page(call, call.state.users, (users) => ({
    Users: {
      User: users.map(({id, name, displayName}) => ({UserId: id, UserName: name, DisplayName: displayName ?? name})),
    },
  }))

const listRoles: Action = (call) =>
  page(call, [...call.state.roles.values()], (roles) => ({
    Roles: {Role: roles.map((role) => withoutTrust(describeRole(role, call.state)))},
  }))

const getOidcProvider: Action = (call) => {
  const name = needed(call, 'OIDCProviderName')
  const provider = call.state.providers.get(name)
  if (!provider) throw notExist('OIDCProvider', name)
  const arn = `acs:ram::${call.state.accountId}:oidc-provider/${name}`
  return {OIDCProvider: {Arn: arn, IssuerUrl: provider.issuer, ClientIds: provider.clientIds.join(',')}}
}

/** The actions by version of the API. */
export const RAM_ACTIONS: Readonly<Record<string, ReadonlyMap<string, Action>>> = {
  '2015-05-01': new Map<string, Action>([
    ['GetRole', (call) => ({Role: describeRole(roleOf(call), call.state)})],
    ['CreateRole', createRole],
    ['UpdateRole', updateRole],
    ['DeleteRole', deleteRole],
    ['ListRoles', listRoles],
    ['ListUsers', listUsers],
    ['GetPolicy', getPolicy],
    ['CreatePolicy', createPolicy],
    ['CreatePolicyVersion', createPolicyVersion],
    [
      'ListPolicyVersions',
      (call) => ({
        PolicyVersions: {PolicyVersion: policyOf(call).versions.map((_, index) => ({VersionId: `v${index + 1}`}))},
      }),
    ],
    ['ListPoliciesForRole', listPoliciesForRole],
    ['AttachPolicyToRole', attach],
    ['DetachPolicyFromRole', detach],
  ]),
  '2019-08-15': new Map<string, Action>([['GetOIDCProvider', getOidcProvider]]),
}
