import {isText} from '../base/json-object.ts'
import {credentialsOf, describeFault, isAbsent, isFault, type Credentials} from './credentials.ts'

/** The credentials of a session in a reply, by STS's field names. */
export type SessionReply = Readonly<Record<string, unknown>>

/**
 * Reads the credentials of a session: `AccessKeyId`, `AccessKeySecret`, `SecurityToken`, `Expiration`.
 *
 * @returns the credentials, or what is wrong with the reply, without quoting it
 */
export const readSession = (reply: SessionReply): Credentials | {readonly fault: string} => {
  const {AccessKeyId: id, AccessKeySecret: secret, SecurityToken: token, Expiration: expiration} = reply
  const end = parseTime(expiration)
  const credentials = credentialsOf({accessKeyId: id, accessKeySecret: secret, securityToken: token, expiration: end})
  if (isFault(credentials)) return {fault: describeFault(credentials)}
  if (isAbsent(token)) return {fault: 'has no security token'}
  return end ? credentials : {fault: 'has no valid expiration'}
}

/** Parses an RFC 3339 time; undefined for anything else. */
export const parseTime = (value: unknown): Date | undefined => {
  if (!isText(value) || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value)) return undefined
  const time = new Date(value)
  return Number.isNaN(time.getTime()) ? undefined : time
}
