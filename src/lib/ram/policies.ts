import {textIn} from '../base/json-object.ts'
import {ALREADY_THERE, askRam, callRam, NOT_FOUND, unusable, type Calling} from './call-ram.ts'
import {listAll} from './pages.ts'

export type PolicyType = 'System' | 'Custom'

/** A RAM policy by type and name. */
export interface PolicyName {
  readonly type: PolicyType
  readonly name: string
}

const about = ({type, name}: PolicyName): {readonly query: Map<string, string>; readonly subject: string} => ({
  query: new Map([
    ['PolicyName', name],
    ['PolicyType', type],
  ]),
  subject: `policy ${name}`,
})

/** The text of a policy's default version; undefined if there is no such policy. Throws as `callRam` does. */
export const getPolicyDocument = async (policy: PolicyName, calling: Calling): Promise<string | undefined> => {
  const answer = await askRam({action: 'GetPolicy', ...about(policy)}, [`${NOT_FOUND}.Policy`], calling)
  if (!answer) return undefined
  const {DefaultPolicyVersion: version, Policy: described} = answer
  const document = textIn(version, 'PolicyDocument') || textIn(described, 'PolicyDocument')
  if (document === '') throw unusable('GetPolicy', 'it has no document')
  return document
}

/** Makes a custom policy. Gives false if there is one of that name. Throws as `callRam` does. */
export const createPolicy = async (
  {name, description, document}: {readonly name: string; readonly description: string; readonly document: string},
  calling: Calling,
): Promise<boolean> => {
  const request = {
    action: 'CreatePolicy',
    query: new Map([['PolicyName', name]]),
    form: new Map([
      ['Description', description],
      ['PolicyDocument', document],
    ]),
    once: true,
    subject: `policy ${name}`,
  }
  return (await askRam(request, [`${ALREADY_THERE}.Policy`], calling)) !== undefined
}

/** Gives a custom policy a new default version. RAM keeps five versions. Throws as `callRam` does. */
export const createPolicyVersion = async (name: string, document: string, calling: Calling): Promise<void> => {
  const request = {
    action: 'CreatePolicyVersion',
    query: new Map([
      ['PolicyName', name],
      ['SetAsDefault', 'true'],
    ]),
    form: new Map([['PolicyDocument', document]]),
    once: true,
    subject: `policy ${name}`,
  }
  await callRam(request, calling)
}

/** The number of versions of a custom policy. Throws as `callRam` does. */
export const countPolicyVersions = async (name: string, calling: Calling): Promise<number> => {
  const request = {action: 'ListPolicyVersions', ...about({type: 'Custom', name})}
  return (await listAll(request, ['PolicyVersions', 'PolicyVersion'], calling, false)).length
}

/** The policies that are attached to a role. Throws as `callRam` does. */
export const listPoliciesOfRole = async (role: string, calling: Calling): Promise<readonly PolicyName[]> => {
  const request = {
    action: 'ListPoliciesForRole',
    query: new Map([['RoleName', role]]),
    subject: `role ${role}`,
  }
  const items = await listAll(request, ['Policies', 'Policy'], calling, false)
  return items.map((item) => ({
    name: textIn(item, 'PolicyName'),
    type: textIn(item, 'PolicyType') === 'System' ? 'System' : 'Custom',
  }))
}

/** Attaches a policy to a role. Gives false if it is attached already. Throws as `callRam` does. */
export const attachPolicy = async (policy: PolicyName, role: string, calling: Calling): Promise<boolean> =>
  (await askRam(attachment('AttachPolicyToRole', policy, role), [`${ALREADY_THERE}.Role.Policy`], calling)) !==
  undefined

/** Detaches a policy from a role. Gives false if it is not attached. Throws as `callRam` does. */
export const detachPolicy = async (policy: PolicyName, role: string, calling: Calling): Promise<boolean> =>
  (await askRam(attachment('DetachPolicyFromRole', policy, role), [`${NOT_FOUND}.Role.Policy`], calling)) !== undefined

const attachment = (action: string, policy: PolicyName, role: string): Parameters<typeof askRam>[0] => ({
  action,
  query: new Map([...about(policy).query, ['RoleName', role]]),
  once: true,
  subject: `role ${role}`,
})
