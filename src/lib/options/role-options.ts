import {AckError} from '../base/errors.ts'
import {expandHome} from '../base/files/expand-home.ts'
import {readUserFile, whyUnreadable} from '../base/files/read-user-file.ts'
import {isJsonObject, tryParseJson} from '../base/json-object.ts'
import {ROLE_OPTIONS, type TextDefinition} from './definitions.ts'
import {parseDuration} from './duration.ts'
import {isGiven, readText, type OptionInputs, type OptionValue} from './read-option.ts'

/** The roles to assume, and the settings of their sessions. */
export interface RoleOptions {
  /** In the order in which they are assumed; empty for none. */
  readonly arns: readonly OptionValue[]
  /** For every role given by flag or environment variable; checked when a role is assumed. */
  readonly sessionName: OptionValue
  /** For the last role, as are the next two. */
  readonly externalId: string | undefined
  readonly durationSeconds: number | undefined
  readonly policy: string | undefined
}

/** The limits of STS. */
export const MIN_ROLE_DURATION_SECONDS = 900
const MAX_ROLE_DURATION_SECONDS = 43_200

/** The limit of a chain of roles. Each one is one more call of STS, and real chains have two or three. */
export const MAX_ROLES = 20

/** The limit of a file with a RAM policy, far above that of STS. */
const MAX_POLICY_BYTES = 64 * 1024

/**
 * Reads the role options.
 *
 * @param timeoutMs - how long to wait for the writer of a pipe that holds the policy, in milliseconds
 * @param ownRole - the `--role-arn` of a command that assumes a role itself: there it may come from other variables
 * @throws AckError `InvalidOption`
 */
export const readRoleOptions = (given: OptionInputs, timeoutMs: number, ownRole?: TextDefinition): RoleOptions => {
  const inputs = ofEntry(given)
  const text = (name: keyof typeof ROLE_OPTIONS): OptionValue | undefined => readText(name, ROLE_OPTIONS[name], inputs)
  const arns = readText('role-arn', ROLE_OPTIONS['role-arn'], unlessIgnored(inputs))
  const duration = text('role-duration')
  const policy = text('role-policy')
  const isRoleGiven = arns !== undefined || (ownRole !== undefined && isGiven('role-arn', ownRole, inputs))
  if (!isRoleGiven) requireRole([text('role-external-id'), duration, policy])
  return {
    arns: arns ? parseRoleArns(arns) : [],
    sessionName: text('role-session-name') ?? {value: ROLE_OPTIONS['role-session-name'].default, from: 'default'},
    externalId: text('role-external-id')?.value,
    durationSeconds: duration && parseRoleDuration(duration),
    policy: policy && readPolicy(policy, timeoutMs, inputs.homeDir),
  }
}

/**
 * An entry of a kubeconfig that says whose credentials are used, and which role is assumed with them or that none is, says
 * all of that role: kubectl's environment and a defaults file add no session name, policy, duration or external ID. One
 * that a person wrote without a word about roles leaves them, and their settings, to the environment.
 */
const ofEntry = (inputs: OptionInputs): OptionInputs => {
  const {flags, execInfo, namesCredentials = false} = inputs
  const saysRoles = flags['ignore-env-credentials'] === true || flags['role-arn'] || execInfo['role-arn']
  return namesCredentials && saysRoles ? {...inputs, env: {}, defaults: {}} : inputs
}

/**
 * A flag is stronger than a variable, of another option too: with `--ignore-env-credentials` neither the environment nor a
 * defaults file names a role. So an entry of a kubeconfig can say that no role is assumed.
 */
const unlessIgnored = (inputs: OptionInputs): OptionInputs =>
  inputs.flags['ignore-env-credentials'] === true ? {...inputs, env: {}, defaults: {}} : inputs

/**
 * Checks a role session name by the rules of STS.
 *
 * @throws AckError `InvalidOption`
 */
export const checkSessionName = ({value, from}: OptionValue): string => {
  if (/^[\w.@-]{2,64}$/.test(value)) return value
  throw new AckError('InvalidOption', `invalid role session name in ${from}`, 'use 2 to 64 letters, digits or . @ _ -')
}

/**
 * Checks the ARN of a RAM role.
 *
 * @throws AckError `InvalidOption`
 */
export const checkRoleArn = ({value, from}: OptionValue): string => {
  if (/^acs:ram::\d+:role\/[^\s,]+$/.test(value)) return value
  throw new AckError(
    'InvalidOption',
    `invalid RAM role ARN in ${from}`,
    'use an ARN such as acs:ram::1234567890123456:role/name',
  )
}

/** A session flag has no effect without a role: it is refused, not silently ignored. */
const requireRole = (values: readonly (OptionValue | undefined)[]): void => {
  for (const value of values)
    if (value?.from.startsWith('--'))
      throw new AckError('InvalidOption', `${value.from} requires --role-arn`, 'add --role-arn')
}

const parseRoleArns = ({value, from}: OptionValue): readonly OptionValue[] => {
  const arns = value.split(',').map((arn) => ({value: arn.trim(), from}))
  if (arns.length <= MAX_ROLES) return arns
  throw new AckError('InvalidOption', `${from} names more than ${MAX_ROLES} roles`, 'name fewer')
}

const parseRoleDuration = (duration: OptionValue): number => {
  const seconds = Math.round(parseDuration(duration) / 1000)
  if (seconds >= MIN_ROLE_DURATION_SECONDS && seconds <= MAX_ROLE_DURATION_SECONDS) return seconds
  throw new AckError(
    'InvalidOption',
    `${duration.from} is out of range`,
    'use 15m to 12h; the role itself may allow less',
  )
}

/** The policy as it is written, but without the blanks between its words: STS limits its length. */
const readPolicy = ({value, from}: OptionValue, timeoutMs: number, homeDir: string | undefined): string => {
  const read = value.startsWith('@') ? readPolicyFile(expandHome(value.slice(1), homeDir), from, timeoutMs) : value
  const text = read.startsWith('\uFEFF') ? read.slice(1) : read
  const refuse = (complaint: string, nextStep: string): AckError =>
    new AckError('InvalidOption', `the RAM policy in ${from} ${complaint}`, nextStep)
  const policy = tryParseJson(text)
  if (policy === undefined) throw refuse('is not JSON', 'pass the JSON text, or @ and the path of a JSON file')
  if (!isJsonObject(policy)) throw refuse('is not a JSON object', 'pass an object with a Version and a Statement')
  const written = text.replaceAll(/("(?:[^"\\]|\\.)*")|\s+/g, '$1')
  // Of two, services take one or the other: a denial could be lost.
  if (countNames(written) !== countNames(JSON.stringify(policy)))
    throw refuse('has an object in which a name stands twice', 'remove one of the two')
  return written
}

/** @param json - without blanks between its words */
const countNames = (json: string): number =>
  json.match(/"(?:[^"\\]|\\.)*":?/g)?.filter((word) => word.endsWith(':')).length ?? 0

const readPolicyFile = (path: string, from: string, waitMs: number): string => {
  try {
    return readUserFile(path, {maxBytes: MAX_POLICY_BYTES, waitMs}).toString('utf8')
  } catch (error) {
    throw new AckError(
      'InvalidOption',
      `cannot read ${path}, named by ${from}: ${whyUnreadable(error)}`,
      `correct ${from}`,
    )
  }
}
