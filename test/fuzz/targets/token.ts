import {createHash, createHmac} from 'node:crypto'

import {constantFrom, record, type Arbitrary} from 'fast-check'

import {Secret} from '../../../src/lib/base/secret.ts'
import {formatInspection} from '../../../src/lib/cli/format-inspection.ts'
import {checkToken, signatureCheck} from '../../../src/lib/inspection/server-checks.ts'
import {tokenIn} from '../../../src/lib/use-cases/inspect-token.ts'
import {CANARY} from '../../support/canary.ts'
import type {FuzzTarget} from '../fuzz-target.ts'
import {must} from '../fuzz-target.ts'
import {membersOf, mostly, object, readJson, values, withoutHttpWhitespace} from '../json-texts.ts'

/** A token in its parts, so that mutations reach what is inside. */
interface TokenInput {
  readonly prefix: string
  readonly payload: string
  readonly form: 'encoded' | 'written' | 'credential'
}

const KEY = 'SECRET-key-of-the-token'
const NOW = new Date('2026-01-02T03:04:05Z')

interface Signed {
  readonly clusterId: string
  readonly accessKeyId: string
  readonly securityToken: string | undefined
  readonly date: string
  readonly key: string
  readonly extra: Readonly<Record<string, string>>
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const encode = (text: string): string =>
  encodeURIComponent(text.toWellFormed()).replaceAll(
    /[!'()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  )
const inBytes = (one: string, other: string): number => Buffer.compare(Buffer.from(one), Buffer.from(other))

/** ACS3-HMAC-SHA256 by its specification. */
const sign = (
  key: string,
  {
    method,
    path,
    query,
    headers,
  }: {method: string; path: string; query: Readonly<Record<string, string>>; headers: Readonly<Record<string, string>>},
  names: readonly string[],
): string => {
  const pairs = Object.entries(query)
    .toSorted(([one], [other]) => inBytes(one, other))
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
  const sorted = names.toSorted(inBytes)
  const lines = sorted.map((name) => `${name}:${withoutHttpWhitespace(headers[name] ?? '')}\n`).join('')
  const request = [method, path, pairs.join('&'), lines, sorted.join(';'), headers['x-acs-content-sha256'] ?? ''].join(
    '\n',
  )
  return createHmac('sha256', key)
    .update(`ACS3-HMAC-SHA256\n${sha256(request)}`)
    .digest('hex')
}

const payloadOf = ({clusterId, accessKeyId, securityToken, date, key, extra}: Signed): string => {
  const headers: Record<string, string> = {
    'x-acs-action': 'GetCallerIdentity',
    'x-acs-content-sha256': sha256(''),
    'x-acs-date': date,
    'x-acs-version': '2015-04-01',
    ...(securityToken === undefined ? {} : {'x-acs-security-token': securityToken}),
  }
  const query = {ACKClusterId: clusterId, ...extra}
  const names = Object.keys(headers).toSorted()
  const signature = sign(key, {method: 'POST', path: '/', query, headers}, names)
  const authorization = `ACS3-HMAC-SHA256 Credential=${accessKeyId},SignedHeaders=${names.join(';')},Signature=${signature}`
  return JSON.stringify({
    clusterId,
    method: 'POST',
    path: '/',
    query,
    headers: {...headers, Authorization: authorization},
  })
}

const SIGNED: Arbitrary<Signed> = record({
  clusterId: constantFrom('c1', 'c1', 'C1', 'c2', '', 'ä 𝄞', '\u001B[31m'),
  accessKeyId: constantFrom('LTAI-id', 'STS.id', 'a b', ''),
  securityToken: constantFrom(undefined, undefined, 'SECRET-token', '', ' SECRET '),
  date: constantFrom('2026-01-02T03:04:05Z', '2026-01-02T03:24:05Z', '2026-99-02T03:04:05Z', 'soon'),
  key: constantFrom(KEY, KEY, KEY, 'SECRET-of-another'),
  extra: constantFrom<Readonly<Record<string, string>>>(
    {},
    {},
    {'a b': 'ä'},
    {'\uFFFD': 'x', '𝄞': 'y'},
    {"!'()*~": "!'()*~"},
  ),
})
const LOOSE = object({
  method: mostly(values('POST', 'GET')),
  path: mostly(values('/')),
  query: mostly(object({ACKClusterId: mostly(values('c1'))})),
  headers: mostly(
    object(
      {
        'x-acs-action': mostly(values('GetCallerIdentity')),
        'x-acs-date': mostly(values('2026-01-02T03:04:05Z')),
        authorization: mostly(values('ACS3-HMAC-SHA256 Credential=a,SignedHeaders=x-acs-date,Signature=00')),
      },
      true,
    ),
  ),
})
const V1 =
  'https://sts.aliyuncs.com/?AccessKeyId=STS.id&Action=GetCallerIdentity&ClusterId=c1&Format=JSON&SecurityToken=SECRET-token&Signature=c2ln&SignatureMethod=HMAC-SHA1&SignatureNonce=1&SignatureVersion=1.0&Timestamp=2026-01-02T03%3A04%3A05Z&Version=2015-04-01'
const PAYLOADS = record({
  signed: SIGNED,
  loose: LOOSE,
  kind: constantFrom('signed', 'signed', 'signed', 'loose', 'v1'),
}).map(({signed, loose, kind}) => (kind === 'signed' ? payloadOf(signed) : kind === 'loose' ? loose : V1))
const PLAIN: Signed = {
  clusterId: 'c1',
  accessKeyId: 'LTAI-id',
  securityToken: undefined,
  date: '2026-01-02T03:04:05Z',
  key: KEY,
  extra: {},
}

/** A token as a server would check it, against a signature of our own making. */
export const token: FuzzTarget<TokenInput> = {
  name: 'token',
  structured: record({
    prefix: constantFrom('k8s-ack-v2.', 'k8s-ack-v2.', 'k8s-ack-v2.', 'k8s-ack-v1.', 'k8s-aws-v1.', ''),
    payload: PAYLOADS,
    form: constantFrom('encoded', 'encoded', 'encoded', 'written', 'credential'),
  }),
  seeds: [
    {prefix: 'k8s-ack-v2.', payload: payloadOf(PLAIN), form: 'encoded'},
    {
      prefix: 'k8s-ack-v2.',
      payload: payloadOf({...PLAIN, accessKeyId: 'STS.id', securityToken: 'SECRET-token'}),
      form: 'encoded',
    },
    {prefix: 'k8s-ack-v1.', payload: V1, form: 'encoded'},
    {prefix: '', payload: `k8s-ack-v2.${Buffer.from(payloadOf(PLAIN)).toString('base64')}`, form: 'written'},
  ],
  mutate: (input, change) => ({...input, payload: change(input.payload)}),
  run: ({prefix, payload, form}, scene) => {
    const whole = prefix + (form === 'written' ? payload : Buffer.from(payload).toString('base64'))
    const pasted = form === 'credential' ? JSON.stringify({status: {token: whole}}) : whole
    const found = tokenIn(pasted)
    const {checks, request} = checkToken(found, {clusterId: 'c1', tokenVersion: 'v2', now: NOW})
    const ofSignature =
      request && signatureCheck(request, {accessKeyId: 'LTAI-id', accessKeySecret: new Secret(KEY), source: 'a test'})
    const all = [...checks, ...(ofSignature ? [ofSignature] : [])]
    scene.hasPublicSecret = hasPublicSecret(payload, form)
    scene.shown.push(formatInspection({version: 'v2', checks: all, identity: null}, ''))
    if (request?.version !== 'v2' || form === 'written') return
    const expected = expectedSignature(payload)
    const isRight = expected !== undefined && expected === request.signature.reveal()
    if (request.accessKeyId === 'LTAI-id' && expected !== undefined && expected !== '')
      must(
        (ofSignature?.result === 'pass') === isRight,
        `the signature is ${isRight ? 'right' : 'wrong'}, and the check says ${ofSignature?.result ?? ''}`,
      )
  },
}

/** Undefined for what is no request, or has a header twice in different cases. */
const expectedSignature = (payload: string): string | undefined => {
  const {method, path, query, headers: given} = membersOf(readJson(payload))
  const names = Object.keys(membersOf(given))
  if (new Set(names.map((name) => name.toLowerCase())).size !== names.length) return undefined
  const headers = Object.fromEntries(
    Object.entries(membersOf(given)).map(([name, value]) => [name.toLowerCase(), String(value)]),
  )
  const [, signed] = /,SignedHeaders=([^,]*),Signature=/.exec(headers['authorization'] ?? '') ?? []
  if (signed === undefined || /;;|^;|;$/.test(signed)) return undefined
  const listed = signed.split(';').filter(Boolean)
  if (new Set(listed).size !== listed.length) return undefined
  const request = {
    method: method === 'GET' ? 'GET' : 'POST',
    path: typeof path === 'string' ? path : '/',
    query: membersOf(query) as Readonly<Record<string, string>>,
    headers,
  }
  return sign(KEY, request, listed)
}

const hasPublicSecret = (payload: string, form: TokenInput['form']): boolean => {
  if (form === 'written') return payload.includes(CANARY)
  const written = readJson(payload)
  if (written === undefined) return !payload.includes('SecurityToken=SECRET') || payload.split(CANARY).length !== 2
  return JSON.stringify(written, (key, value: unknown) => (key === 'x-acs-security-token' ? '' : value)).includes(
    CANARY,
  )
}
