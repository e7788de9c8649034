import {constantFrom, tuple} from 'fast-check'

import {Secret} from '../../../src/lib/base/secret.ts'
import {claimFaults, readClaims} from '../../../src/lib/rrsa/token-claims.ts'
import {CANARY} from '../../support/canary.ts'
import {must, mustEqual, type FuzzTarget} from '../fuzz-target.ts'
import {membersOf, mostly, object, readJson, values} from '../json-texts.ts'

interface TokenParts {
  readonly header: string
  readonly claims: string
  readonly end: string
}

const HEADER = object({alg: values('RS256'), kid: mostly(values('key-1'))})
const CLAIMS = object({
  iss: mostly(values('https://oidc.example/c1')),
  aud: mostly(values(['sts.aliyuncs.com'], 'sts.aliyuncs.com', ['other', 1])),
  sub: mostly(values('system:serviceaccount:default:app')),
  exp: mostly(values(1767326645, 1, 1e15, -1e300, 0)),
  secret: values('SECRET-claim'),
})
const NOW = new Date('2026-01-02T03:04:05Z')

/** A service account token that nobody has checked, against JavaScript's own reading of its parts. */
export const claims: FuzzTarget<TokenParts> = {
  name: 'claims',
  structured: tuple(HEADER, CLAIMS, constantFrom('.c2ln', '.c2ln', '.c2ln', '', '.', '.c2ln.more')).map(
    ([header, written, end]) => ({header, claims: written, end}),
  ),
  seeds: [
    {
      header: '{"alg":"RS256","kid":"key-1"}',
      claims:
        '{"iss":"https://oidc.example/c1","aud":["sts.aliyuncs.com"],"sub":"system:serviceaccount:default:app","exp":1767326645}',
      end: '.c2ln',
    },
  ],
  mutate: (parts, change) => ({...parts, header: change(parts.header), claims: change(parts.claims)}),
  run: ({header, claims: written, end}, scene) => {
    const encoded = [header, written].map((part) => Buffer.from(part).toString('base64url')).join('.')
    const read = readClaims(new Secret(encoded + end))
    if (!read) return
    const {iss, aud, sub, exp} = membersOf(readJson(written))
    const audiences = (Array.isArray(aud) ? (aud as readonly unknown[]) : [aud]).filter(
      (one) => typeof one === 'string',
    )
    mustEqual([read.issuer, read.subject], [asText(iss), asText(sub)], 'issuer and subject')
    mustEqual(read.audiences, audiences, 'the audiences')
    const isTime = typeof exp === 'number' && Math.abs(exp * 1000) <= 8.64e15
    must((read.expiresAt !== undefined) === isTime, 'an expiration that is no time')
    scene.hasPublicSecret = [iss, sub, aud].some((claim) => JSON.stringify(claim ?? '').includes(CANARY))
    scene.shown.push(...claimFaults(read, {audience: 'sts.aliyuncs.com', clusterId: 'c1', now: NOW}))
  },
}

const asText = (value: unknown): string => (typeof value === 'string' ? value : '')
