import {Secret} from '../base/secret.ts'
import type {Credentials} from './credentials.ts'

/** The credentials of a session in a reply, by STS's field names. */
export type SessionReply = Readonly<Record<string, unknown>>

/**
 * Reads the credentials of a session: `AccessKeyId`, `AccessKeySecret`, `SecurityToken`, `Expiration`.
 *
 * @returns the credentials, or what is wrong with the reply, without quoting it
 */
export const readSession = (reply: SessionReply): Credentials | {readonly fault: string} => {
  const {AccessKeyId: id, AccessKeySecret: secret, SecurityToken: token, Expiration: expiration} = reply
  if (!isText(id) || !isText(secret)) return {fault: 'has no AccessKey pair'}
  if (!isText(token)) return {fault: 'has no security token'}
  const end = parseTime(expiration)
  if (!end) return {fault: 'has no valid expiration'}
  return {accessKeyId: id, accessKeySecret: new Secret(secret), securityToken: new Secret(token), expiration: end}
}

/** Parses an RFC 3339 time; undefined for anything else. */
export const parseTime = (value: unknown): Date | undefined => {
  if (!isText(value) || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value)) return undefined
  const time = new Date(value)
  return Number.isNaN(time.getTime()) ? undefined : time
}

export const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''
