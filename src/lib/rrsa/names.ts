import {AckError} from '../base/errors.ts'

/** What a service account of a cluster is called in trust policies. Either part may have wildcards, * and ?. */
export interface ServiceAccount {
  readonly namespace: string
  readonly name: string
}

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/
const WILDCARD = /[*?]/

/** Whether it stands for more than one service account. */
export const hasWildcard = ({namespace, name}: ServiceAccount): boolean =>
  WILDCARD.test(namespace) || WILDCARD.test(name)

/** The subject of a service account's tokens. */
export const subjectOf = ({namespace, name}: ServiceAccount): string => `system:serviceaccount:${namespace}:${name}`

/** The service account of a subject; undefined if it is not one. */
export const serviceAccountOf = (subject: string): ServiceAccount | undefined => {
  const [, namespace, name] = /^system:serviceaccount:([^:]*):([^:]*)$/.exec(subject) ?? []
  return namespace !== undefined && name !== undefined ? {namespace, name} : undefined
}

/** `namespace/name`, for messages. */
export const describeAccount = ({namespace, name}: ServiceAccount): string => `${namespace}/${name}`

/**
 * Checks a namespace and the name of a service account by Kubernetes' rules. A wildcard may stand for any part of them.
 *
 * @throws AckError `InvalidOption`
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
 */
export const checkServiceAccount = (account: ServiceAccount): ServiceAccount => {
  check(account.namespace, '--namespace', LABEL, 63, 'a namespace: lower-case letters, digits and -')
  check(account.name, '--service-account', SUBDOMAIN, 253, 'a service account: lower-case letters, digits, - and .')
  return account
}

/**
 * The same, without wildcards.
 *
 * @throws AckError `InvalidOption`
 */
export const checkOneServiceAccount = (account: ServiceAccount): ServiceAccount => {
  if (!hasWildcard(account)) return checkServiceAccount(account)
  throw new AckError('InvalidOption', 'a wildcard stands for no single service account', 'name one service account')
}

/** Whether a text can be the name of a RAM role. */
export const isRoleName = (text: string): boolean => /^[A-Za-z0-9.-]{1,64}$/.test(text)

/**
 * Checks the name of a RAM role.
 *
 * @throws AckError `InvalidOption`
 */
export const checkRoleName = (name: string): string => {
  if (isRoleName(name)) return name
  throw new AckError('InvalidOption', 'invalid RAM role name', 'use 1 to 64 letters, digits, . and - (not an ARN)')
}

/**
 * Checks the name of a RAM policy.
 *
 * @throws AckError `InvalidOption`
 */
export const checkPolicyName = (name: string): string => {
  if (/^[A-Za-z0-9-]{1,128}$/.test(name)) return name
  throw new AckError('InvalidOption', 'invalid RAM policy name', 'use 1 to 128 letters, digits and -')
}

const check = (text: string, flag: string, rule: RegExp, longest: number, words: string): void => {
  // A wildcard stands for something that the rule allows.
  const example = text.replaceAll(/[*?]+/g, 'x')
  if (rule.test(example) && text.length <= longest) return
  throw new AckError(
    'InvalidOption',
    `invalid name in ${flag}`,
    `use the name of ${words}, at most ${longest} characters`,
  )
}
