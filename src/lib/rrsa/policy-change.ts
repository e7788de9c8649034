import {AckError} from '../base/errors.ts'
import {isJsonObject, tryParseJson} from '../base/json-object.ts'
import {parseLossless, writeLossless} from '../base/lossless-json.ts'
import type {Change, TextChange} from '../changes/plan.ts'
import {unifiedDiff} from '../changes/unified-diff.ts'
import {within, type Calling} from '../ram/call-ram.ts'
import {countPolicyVersions, createPolicy, createPolicyVersion, getPolicyDocument} from '../ram/policies.ts'

/** A custom policy as it should be. */
export interface WantedPolicy {
  readonly name: string
  readonly description: string
  readonly document: string
}

/** RAM keeps no more versions of a policy. */
const MAX_VERSIONS = 5

/**
 * Plans to make a custom policy; undefined if there is one with the same content.
 *
 * @param updates - whether a policy of that name with other content gets a new version
 * @throws AckError `PreconditionFailed` for other content that is not to be replaced, or that has all its versions
 */
export const planPolicy = async (
  wanted: WantedPolicy,
  updates: boolean,
  calling: Calling,
): Promise<Change | undefined> => {
  const found = await getPolicyDocument({type: 'Custom', name: wanted.name}, calling)
  if (found === undefined) return creation(wanted, calling)
  if (isSamePolicy(found, wanted.document)) return undefined
  const diff = {name: `policy ${wanted.name}`, before: readable(found), after: readable(wanted.document)}
  if (!updates)
    throw new AckError(
      'PreconditionFailed',
      `custom policy ${wanted.name} exists with another content:\n${await unifiedDiff(diff)}`,
      'pass --update-policy to give it a new version, or correct it in the RAM console',
    )
  if ((await countPolicyVersions(wanted.name, calling)) >= MAX_VERSIONS)
    throw new AckError(
      'PreconditionFailed',
      `custom policy ${wanted.name} has ${MAX_VERSIONS} versions, which is all that RAM keeps`,
      'delete an old version in the RAM console, then run the command again',
    )
  return newVersion(wanted, diff, calling)
}

const creation = (wanted: WantedPolicy, calling: Calling): Change => ({
  title: `Create custom policy ${wanted.name}`,
  call: 'ram:CreatePolicy',
  target: `policy ${wanted.name}`,
  parameters: {PolicyName: wanted.name, Description: wanted.description, PolicyDocument: wanted.document},
  diff: {name: `policy ${wanted.name}`, before: '', after: readable(wanted.document)},
  carryOut: async (signal, send) => {
    await send(() => within({...calling, signal}, (ofCall) => createPolicy(wanted, ofCall)))
  },
  isDone: (signal) => within({...calling, signal}, (ofCall) => isAsWanted(wanted, ofCall)),
})

const newVersion = (wanted: WantedPolicy, diff: TextChange, calling: Calling): Change => ({
  title: `Give custom policy ${wanted.name} a new version`,
  call: 'ram:CreatePolicyVersion',
  target: `policy ${wanted.name}`,
  parameters: {PolicyName: wanted.name, PolicyDocument: wanted.document, SetAsDefault: true},
  diff,
  carryOut: (signal, send) =>
    send(() => within({...calling, signal}, (ofCall) => createPolicyVersion(wanted.name, wanted.document, ofCall))),
  isDone: (signal) => within({...calling, signal}, (ofCall) => isAsWanted(wanted, ofCall)),
})

const isAsWanted = async ({name, document}: WantedPolicy, calling: Calling): Promise<boolean> => {
  const found = await getPolicyDocument({type: 'Custom', name}, calling)
  return found !== undefined && isSamePolicy(found, document)
}

/**
 * Whether two policies say the same: order of names does not matter, nor that of actions, nor one text for a list of
 * one.
 */
const isSamePolicy = (one: string, other: string): boolean => {
  const [a, b] = [one, other].map((text) => JSON.stringify(normalised(tryParseJson(text))))
  return a !== undefined && a === b
}

const normalised = (value: unknown, name = ''): unknown => {
  if (LISTS.has(name) && !Array.isArray(value)) return normalised([value], name)
  if (Array.isArray(value)) {
    const items = (value as readonly unknown[]).map((item) => normalised(item))
    return items.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
  }
  if (!isJsonObject(value)) return value
  const names = Object.keys(value).toSorted()
  return Object.fromEntries(names.map((key) => [key, normalised(value[key], key)]))
}

const LISTS: ReadonlySet<string> = new Set(['Action', 'Resource', 'Statement'])

const readable = (document: string): string => {
  const node = parseLossless(document)
  return node ? `${writeLossless(node, '  ')}\n` : document
}
