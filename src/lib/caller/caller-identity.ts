import {textIn} from '../base/json-object.ts'

/** Whose credentials signed a request, as STS GetCallerIdentity answers. A missing text is empty. */
export interface CallerIdentity {
  readonly identityType: string
  readonly accountId: string
  /** As answered: for a role session with the session's name. */
  readonly arn: string
  readonly principalId: string
  readonly userId: string
  readonly roleId: string
  readonly requestId: string
}

/**
 * Reads the answer of GetCallerIdentity. Upper and lower case of field names do not matter: STS writes `AccountId`, the SDK
 * `accountId`.
 *
 * @returns undefined for an answer without an account, a principal or an ARN
 */
export const readCallerIdentity = (answer: object): CallerIdentity | undefined => {
  const fields = Object.fromEntries(
    Object.entries(answer).map(([name, value]) => [name.toLowerCase(), value as unknown] as const),
  )
  const text = (name: string): string => textIn(fields, name)
  const identity = {
    identityType: text('identitytype'),
    accountId: text('accountid'),
    arn: text('arn'),
    principalId: text('principalid'),
    userId: text('userid'),
    roleId: text('roleid'),
    requestId: text('requestid'),
  }
  return identity.accountId && identity.arn && identity.principalId ? identity : undefined
}

/** The parts of an ARN of RAM. */
export interface ArnParts {
  readonly kind: 'root' | 'user' | 'role' | 'assumed-role'
  /** Of the user or the role, with its path; empty for an account. */
  readonly name: string
  /** Of a role session; empty for others. */
  readonly session: string
}

/** @returns undefined for a text that is not an ARN of an account, a user, a role or a role session */
export const parseArn = (arn: string): ArnParts | undefined => {
  const [, kind = '', path = ''] = /^acs:ram::[^:]*:(root|user|role|assumed-role)(?:\/(.+))?$/s.exec(arn) ?? []
  if (kind === 'assumed-role') {
    const end = path.lastIndexOf('/')
    return end < 1 ? undefined : {kind, name: path.slice(0, end), session: path.slice(end + 1)}
  }
  return kind === 'root' || kind === 'user' || kind === 'role' ? {kind, name: path, session: ''} : undefined
}

/** The ARN that an authenticator looks up: that of the role for one of its sessions, else the same. */
export const canonicalArn = (arn: string): string => {
  const parts = parseArn(arn)
  return parts?.kind === 'assumed-role' ? `${arn.slice(0, arn.indexOf(':assumed-role/'))}:role/${parts.name}` : arn
}
