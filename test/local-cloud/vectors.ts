import {readFileSync} from 'node:fs'

import type {StsIdentity} from './sts-caller.ts'

/** A token that the Go tool made, and all that went into it. */
export type TokenVector = {
  readonly accessKeyId: string
  readonly accessKeySecret: string
  readonly securityToken: string | null
  readonly clusterId: string
  readonly extraQuery: Readonly<Record<string, string>>
  readonly signedAt: Date
  readonly token: string
}

/** A v1 token, and the pre-signed URL that is its payload. */
export type V1Vector = TokenVector & {readonly url: string}

/** A v2 token, and the rest of what the tool printed with it; times are `YYYY-MM-DDTHH:MM:SSZ`. */
export type V2Vector = TokenVector & {
  readonly date: string
  readonly expirationTimestamp: string
  readonly userAgent: string
}

const FIXTURES = new URL('../fixtures/', import.meta.url)
const ACCOUNT = '1234567890123456'

/** The v1 vectors, in the order of the fixture file. */
export const readV1Vectors = (): readonly V1Vector[] =>
  readFixture<V1Vector>('token-v1.json', ({url}) => new URL(url).searchParams.get('Timestamp') ?? '')

/** The v2 vectors, in the order of the fixture file. */
export const readV2Vectors = (): readonly V2Vector[] => readFixture<V2Vector>('token-v2.json', ({date}) => date)

/** The identity whose access key a vector was made with: a role's session if it has a security token, else a user. */
export const identityOf = (vector: TokenVector, changes: Partial<StsIdentity> = {}): StsIdentity => ({
  accessKeyId: vector.accessKeyId,
  accessKeySecret: vector.accessKeySecret,
  accountId: ACCOUNT,
  userId: '300123456789012345',
  ...(vector.securityToken === null
    ? {arn: `acs:ram::${ACCOUNT}:user/alice`}
    : {arn: `acs:ram::${ACCOUNT}:assumed-role/dev/session`, securityToken: vector.securityToken}),
  ...changes,
})

const readFixture = <V extends TokenVector>(name: string, dateOf: (vector: Omit<V, 'signedAt'>) => string): V[] => {
  const vectors = JSON.parse(readFileSync(new URL(name, FIXTURES), 'utf8')) as Omit<V, 'signedAt'>[]
  return vectors.map((vector) => Object.assign(vector, {signedAt: new Date(dateOf(vector))}) as unknown as V)
}
