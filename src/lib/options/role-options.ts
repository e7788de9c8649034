import {readFileSync} from 'node:fs'

import {AckError} from '../base/errors.ts'
import {ROLE_OPTIONS} from './definitions.ts'
import {parseDuration} from './duration.ts'
import {readText, type OptionInputs, type OptionValue} from './read-option.ts'

/** The roles to assume, and how. */
export interface RoleOptions {
  /** In the order in which they are assumed; empty for none. */
  readonly arns: readonly OptionValue[]
  /** The session name of every role that the options or the environment name; checked when a role is assumed. */
  readonly sessionName: OptionValue
  /** For the last role: */
  readonly externalId: string | undefined
  readonly durationSeconds: number | undefined
  readonly policy: string | undefined
}

/** STS takes no shorter session. */
export const MIN_ROLE_DURATION_SECONDS = 900
const MAX_ROLE_DURATION_SECONDS = 43_200

/**
 * Reads the role options.
 *
 * @throws AckError `InvalidOption`
 */
export const readRoleOptions = (inputs: OptionInputs): RoleOptions => {
  const text = (name: keyof typeof ROLE_OPTIONS): OptionValue | undefined => readText(name, ROLE_OPTIONS[name], inputs)
  const arns = text('role-arn')
  const duration = text('role-duration')
  const policy = text('role-policy')
  if (!arns) refuseWithoutRole([text('role-external-id'), duration, policy])
  return {
    arns: arns ? parseRoleArns(arns) : [],
    sessionName: text('role-session-name') ?? {value: ROLE_OPTIONS['role-session-name'].default, from: 'default'},
    externalId: text('role-external-id')?.value,
    durationSeconds: duration && parseRoleDuration(duration),
    policy: policy && readPolicy(policy),
  }
}

/** @throws AckError `InvalidOption` for a name that STS does not take */
export const checkSessionName = ({value, from}: OptionValue): string => {
  if (/^[\w.@-]{2,64}$/.test(value)) return value
  throw new AckError('InvalidOption', `${from} is not a role session name`, 'give 2 to 64 letters, digits or . @ _ -')
}

/** @throws AckError `InvalidOption` for a text that is not the ARN of a RAM role */
export const checkRoleArn = ({value, from}: OptionValue): string => {
  if (/^acs:ram::\d+:role\/[^\s,]+$/.test(value)) return value
  throw new AckError(
    'InvalidOption',
    `${from} is not the ARN of a RAM role`,
    'give one such as acs:ram::1234567890123456:role/name',
  )
}

/** What only shapes a role's session says nothing without a role: a flag is never passed over in silence. */
const refuseWithoutRole = (values: readonly (OptionValue | undefined)[]): void => {
  const flag = values.find((value) => value?.from.startsWith('--'))
  if (flag) throw new AckError('InvalidOption', `${flag.from} needs a role to assume`, 'pass --role-arn too')
}

const parseRoleArns = ({value, from}: OptionValue): readonly OptionValue[] =>
  value.split(',').map((arn) => ({value: arn.trim(), from}))

const parseRoleDuration = (duration: OptionValue): number => {
  const seconds = Math.round(parseDuration(duration) / 1000)
  if (seconds >= MIN_ROLE_DURATION_SECONDS && seconds <= MAX_ROLE_DURATION_SECONDS) return seconds
  throw new AckError(
    'InvalidOption',
    `${duration.from} is out of range`,
    'give 15m to 12h; the role itself may allow less',
  )
}

const readPolicy = ({value, from}: OptionValue): string => {
  const text = value.startsWith('@') ? readPolicyFile(value.slice(1), from) : value
  try {
    return JSON.stringify(JSON.parse(text))
  } catch {
    throw new AckError(
      'InvalidOption',
      `${from} is not a RAM policy in JSON`,
      'give the JSON text, or @ and the path of a file that holds it',
    )
  }
}

const readPolicyFile = (path: string, from: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException
    throw new AckError(
      'InvalidOption',
      `cannot read ${path}, named by ${from}: ${code ?? 'unknown error'}`,
      `correct ${from}`,
    )
  }
}
