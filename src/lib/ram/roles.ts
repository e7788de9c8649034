import {textIn, type JsonObject} from '../base/json-object.ts'
import {ALREADY_THERE, askRam, callRam, NOT_FOUND, unusable, type Calling} from './call-ram.ts'
import {listAll} from './pages.ts'

/** A RAM role. */
export interface RamRole {
  readonly name: string
  readonly id: string
  readonly arn: string
  readonly description: string
  /** The trust policy, as RAM has it; empty if the response has none, as in lists. */
  readonly trustPolicy: string
}

const about = (name: string): {readonly query: Map<string, string>; readonly subject: string} => ({
  query: new Map([['RoleName', name]]),
  subject: `role ${name}`,
})

/** A role by its name; undefined if there is none. Throws as `callRam` does. */
export const getRole = async (name: string, calling: Calling): Promise<RamRole | undefined> => {
  const answer = await askRam({action: 'GetRole', ...about(name)}, [`${NOT_FOUND}.Role`], calling)
  return answer && roleIn(answer, 'GetRole')
}

/** Makes a role. Gives false if there is one of that name. Throws as `callRam` does. */
export const createRole = async (
  {name, description, trustPolicy}: Pick<RamRole, 'name' | 'description' | 'trustPolicy'>,
  calling: Calling,
): Promise<boolean> => {
  const form = new Map([
    ['AssumeRolePolicyDocument', trustPolicy],
    ['Description', description],
  ])
  const request = {action: 'CreateRole', ...about(name), form, once: true}
  return (await askRam(request, [`${ALREADY_THERE}.Role`], calling)) !== undefined
}

/** Replaces a role's trust policy. Throws as `callRam` does. */
export const updateTrustPolicy = async (name: string, trustPolicy: string, calling: Calling): Promise<void> => {
  const form = new Map([['NewAssumeRolePolicyDocument', trustPolicy]])
  await callRam({action: 'UpdateRole', ...about(name), form, once: true}, calling)
}

/** Deletes a role, which must have no policy attached. Gives false if there is none. Throws as `callRam` does. */
export const deleteRole = async (name: string, calling: Calling): Promise<boolean> =>
  (await askRam({action: 'DeleteRole', ...about(name), once: true}, [`${NOT_FOUND}.Role`], calling)) !== undefined

/** All roles of the account; their trust policies may be missing. Throws as `callRam` does. */
export const listRoles = async (calling: Calling): Promise<readonly RamRole[]> => {
  const items = await listAll({action: 'ListRoles', subject: 'roles'}, ['Roles', 'Role'], calling)
  return items.map((item) => readRole(item, 'ListRoles'))
}

const roleIn = ({Role: role}: JsonObject, action: string): RamRole => readRole((role ?? {}) as JsonObject, action)

const readRole = (role: JsonObject, action: string): RamRole => {
  const text = (name: string): string => textIn(role, name)
  if (!text('RoleName') || !text('Arn')) throw unusable(action, 'a role has no name or ARN')
  return {
    name: text('RoleName'),
    id: text('RoleId'),
    arn: text('Arn'),
    description: text('Description'),
    trustPolicy: text('AssumeRolePolicyDocument'),
  }
}
