import {mkdir, mkdtemp, realpath, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {expect} from 'chai'
import {type Arbitrary, asyncProperty, assert, constantFrom, record, tuple} from 'fast-check'

import {selectSource} from '../../../../src/lib/credentials/selection/select-source.ts'
import type {Flags} from '../../../../src/lib/options/read-option.ts'
import {sha256Hex} from '../../../../src/lib/signing/hash.ts'
import type {HttpCall, HttpReply} from '../../../../src/lib/transport/http.ts'
import {howMany} from '../../../support/full.ts'
import {freshNonce} from '../../../support/runtime.ts'
import {jsonReply, testContext} from '../../../support/source-context.ts'

/** All that can decide whose credentials a run gets, by itself or by what answers it. */
interface Caller {
  readonly source: keyof typeof SOURCES
  readonly home: string
  readonly workingDirectory: string
  readonly profile: string
  readonly accessKeyId: string
  readonly issuer: string
  readonly subject: string
  readonly audience: string
  readonly provider: string
  readonly uriAnswer: string
  readonly instanceRole: string
  readonly instance: string
  readonly programAnswer: string
  readonly programVariable: string
  readonly role: string
  readonly profileSession: string
  readonly profileExternalId: string
  readonly profilePolicy: string
  readonly onTop: string
  readonly session: string
  readonly externalId: string
  readonly policy: string
  readonly duration: string
  readonly endpoint: string
}

const ROLE = (name: string): string => `acs:ram::1:role/${name}`
const FUTURE = '2026-01-02T04:04:05Z'

const keysOf = (accessKeyId: string): object => ({access_key_id: accessKeyId, access_key_secret: 'SECRET-of-key'})
const hopOf = ({role, profileSession, profileExternalId, profilePolicy}: Caller): object => ({
  ram_role_arn: ROLE(role),
  ram_session_name: profileSession,
  external_id: profileExternalId,
  policy: profilePolicy,
})
const pairOf = (caller: Caller): Record<string, string> => ({
  ALIBABA_CLOUD_ACCESS_KEY_ID: caller.accessKeyId,
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'SECRET-of-key',
})

/** What each kind of source is configured by: variables, flags, or the fields of a profile. */
const SOURCES = {
  'an AccessKey of the environment': (caller: Caller) => ({env: pairOf(caller)}),
  'an STS token of the environment': (caller: Caller) => ({
    env: {...pairOf(caller), ALIBABA_CLOUD_SECURITY_TOKEN: 'SECRET-token'},
  }),
  'a role of the environment': (caller: Caller) => ({
    env: {...pairOf(caller), ALIBABA_CLOUD_ROLE_ARN: ROLE(caller.role)},
  }),
  'an OIDC token of the environment': (caller: Caller) => ({
    env: {
      ALIBABA_CLOUD_ROLE_ARN: ROLE(caller.role),
      ALIBABA_CLOUD_OIDC_PROVIDER_ARN: `acs:ram::1:oidc-provider/${caller.provider}`,
      // The same path for everybody: what is in it decides.
      ALIBABA_CLOUD_OIDC_TOKEN_FILE: '../token',
    },
  }),
  'a URI': () => ({env: {ALIBABA_CLOUD_CREDENTIALS_URI: 'http://127.0.0.1/uri'}}),
  'the instance metadata': () => ({flags: {'credential-type': 'imds'}}),
  'a profile with an AccessKey': (caller: Caller) => ({profile: {mode: 'AK', ...keysOf(caller.accessKeyId)}}),
  'a profile with a role': (caller: Caller) => ({
    profile: {mode: 'RamRoleArn', ...keysOf(caller.accessKeyId), ...hopOf(caller)},
  }),
  'a profile with the role of an instance': (caller: Caller) => ({
    profile: {mode: 'RamRoleArnWithRoleName', ram_role_name: caller.instanceRole, ...hopOf(caller)},
  }),
  'a profile with an OIDC token': (caller: Caller) => ({
    profile: {
      mode: 'OIDC',
      oidc_provider_arn: `acs:ram::1:oidc-provider/${caller.provider}`,
      oidc_token_file: '../token',
      ...hopOf(caller),
    },
  }),
  'a profile with a program': (caller: Caller) => ({
    env: {VAULT_ROLE: caller.programVariable},
    profile: {mode: 'External', process_command: `"${process.execPath}" ../print.cjs`},
  }),
  'a profile of a relative file': (caller: Caller) => ({
    relative: {mode: 'RamRoleArn', ...keysOf(caller.accessKeyId), ...hopOf(caller)},
  }),
} as const satisfies Record<
  string,
  (caller: Caller) => {
    readonly env?: Record<string, string>
    readonly flags?: Flags
    readonly profile?: object
    readonly relative?: object
  }
>

/** A service that makes the credentials out of all that is asked, and by whom: another question has another answer. */
const answerTo =
  (caller: Caller) =>
  ({action, url, headers = {}, body = ''}: HttpCall): HttpReply => {
    const {host, pathname, searchParams} = new URL(url)
    if (pathname === '/uri') return jsonReply(sessionOf(`uri ${caller.uriAnswer}`))
    if (pathname === '/latest/api/token') return {status: 200, body: 'token'}
    if (pathname.endsWith('/security-credentials/')) return {status: 200, body: caller.instanceRole}
    if (pathname.includes('/security-credentials/'))
      return jsonReply({Code: 'Success', ...sessionOf(`${pathname} ${caller.instance}`)})
    for (const name of ['SignatureNonce', 'Timestamp', 'Signature']) searchParams.delete(name)
    const form = new URLSearchParams(body)
    // STS sees the claims, not the text, which Kubernetes renews.
    form.set('OIDCToken', (form.get('OIDCToken') ?? '').split('.')[1] ?? '')
    const signer = /Credential=([^,]+)/.exec(headers['authorization'] ?? headers['Authorization'] ?? '')?.[1] ?? ''
    searchParams.sort()
    return jsonReply({Credentials: sessionOf([action, host, String(searchParams), String(form), signer].join('\n'))})
  }

const sessionOf = (text: string): object => ({
  AccessKeyId: `STS.${sha256Hex(text).slice(0, 24)}`,
  AccessKeySecret: 'SECRET-of-session',
  SecurityToken: 'SECRET-token',
  Expiration: FUTURE,
})

const someCaller: Arbitrary<Caller> = record({
  source: constantFrom(...(Object.keys(SOURCES) as (keyof typeof SOURCES)[])),
  home: constantFrom('home-1', 'home-2'),
  workingDirectory: constantFrom('dir-1', 'dir-2'),
  profile: constantFrom('p', 'q'),
  accessKeyId: constantFrom('LTAI-1', 'LTAI-2'),
  issuer: constantFrom('https://one.example', 'https://two.example'),
  subject: constantFrom('system:serviceaccount:a:b', 'system:serviceaccount:a:c'),
  audience: constantFrom('sts.aliyuncs.com', 'other'),
  provider: constantFrom('ack-1', 'ack-2'),
  uriAnswer: constantFrom('alice', 'bob'),
  instanceRole: constantFrom('node', 'master'),
  instance: constantFrom('i-1', 'i-2'),
  programAnswer: constantFrom('alice', 'bob'),
  programVariable: constantFrom('x', 'y'),
  role: constantFrom('r', 's'),
  profileSession: constantFrom('one', 'two'),
  profileExternalId: constantFrom('', 'id', 'di'),
  profilePolicy: constantFrom('', '{"Version":"1"}', '{"Version":"2"}'),
  onTop: constantFrom('', 'acs:ram::1:role/t', 'acs:ram::1:role/t,acs:ram::1:role/u', 'acs:ram::2:role/t'),
  session: constantFrom('', 'laptop', 'desktop'),
  externalId: constantFrom('', 'id', 'di'),
  policy: constantFrom('', '{"a":1}', '{"a":2}'),
  duration: constantFrom('', '15m', '1h'),
  endpoint: constantFrom('', 'sts.one.example', 'sts.two.example'),
})

/** Answers by who has logged in where it runs, and by a variable. */
const PROGRAM = `process.stdout.write(JSON.stringify({
  mode: 'AK',
  access_key_id: 'LTAI-' + require('node:fs').readFileSync('logged-in', 'utf8') + process.env.VAULT_ROLE,
  access_key_secret: 'SECRET-of-key',
}))`

const HOP = ['role', 'profileSession', 'profileExternalId', 'profilePolicy'] as const
const OIDC = ['issuer', 'subject', 'audience', 'provider', 'role'] as const

/** What each kind of source depends on. */
const INPUTS: Readonly<Record<keyof typeof SOURCES, readonly (keyof Caller)[]>> = {
  'an AccessKey of the environment': ['accessKeyId'],
  'an STS token of the environment': ['accessKeyId'],
  'a role of the environment': ['accessKeyId', 'role'],
  'an OIDC token of the environment': OIDC,
  'a URI': ['uriAnswer'],
  'the instance metadata': ['instanceRole', 'instance'],
  'a profile with an AccessKey': ['accessKeyId', 'profile'],
  'a profile with a role': ['accessKeyId', ...HOP],
  'a profile with the role of an instance': ['instance', 'instanceRole', ...HOP],
  'a profile with an OIDC token': [...OIDC, 'profileSession', 'profilePolicy'],
  'a profile with a program': ['programAnswer', 'programVariable', 'workingDirectory'],
  'a profile of a relative file': ['accessKeyId', 'workingDirectory', ...HOP],
}
/** What every source depends on, with its roles on top. */
const FOR_ALL = [
  'source',
  'home',
  'profile',
  'onTop',
  'session',
  'externalId',
  'policy',
  'duration',
  'endpoint',
] as const

/** Two callers who differ in one thing. */
const twoCallers = (name: keyof Caller, source?: keyof typeof SOURCES): Arbitrary<readonly [Caller, Caller]> =>
  tuple(someCaller, someCaller)
    .map(([one, other]) => {
      const first = source === undefined ? one : {...one, source}
      return [first, {...first, [name]: other[name]}] as const
    })
    .filter(([one, other]) => one[name] !== other[name])

describe('what is cached for one caller', () => {
  let root: string
  let startedIn: string

  before(async () => {
    startedIn = process.cwd()
    root = await realpath(await mkdtemp(join(tmpdir(), 'ack-ram-tool-test-')))
    for (const name of ['home-1', 'home-2', 'dir-1', 'dir-2'])
      await mkdir(join(root, name, '.aliyun'), {recursive: true})
    await writeFile(join(root, 'print.cjs'), PROGRAM)
  })
  after(async () => {
    process.chdir(startedIn)
    await rm(root, {recursive: true, force: true})
  })

  let renewals = 0
  /** A token as Kubernetes writes it: its text is another one at every renewal. */
  const tokenOf = ({issuer, subject, audience}: Caller): string => {
    const payload = Buffer.from(JSON.stringify({iss: issuer, sub: subject, aud: [audience]})).toString('base64url')
    return `h.${payload}.SECRET-${(renewals += 1)}`
  }
  const profiles = (caller: Caller, fields: object): string =>
    JSON.stringify({
      current: caller.profile,
      profiles: [
        {name: 'p', ...fields},
        {name: 'q', ...fields},
      ],
    })

  /** The AccessKey ID that a caller gets. */
  const idOf = async (caller: Caller, settings: Flags, calls: HttpCall[] = []): Promise<string> => {
    const source: {env?: Record<string, string>; flags?: Flags; profile?: object; relative?: object} =
      SOURCES[caller.source](caller)
    await writeFile(join(root, 'token'), tokenOf(caller))
    const config = join(root, caller.home, '.aliyun', 'config.json')
    await writeFile(config, profiles(caller, source.profile ?? {mode: 'AK', ...keysOf('LTAI-unused')}))
    if (source.relative)
      await writeFile(join(root, caller.workingDirectory, 'own.json'), profiles(caller, source.relative))
    process.chdir(join(root, caller.workingDirectory))
    await writeFile('logged-in', caller.programAnswer)
    const {onTop, session, externalId, policy, duration, endpoint} = caller
    const flags = {
      ...source.flags,
      ...(source.relative ? {'profile-file': 'own.json'} : {}),
      'role-arn': onTop,
      'role-session-name': session,
      ...(onTop === '' ? {} : {'role-external-id': externalId, 'role-policy': policy, 'role-duration': duration}),
      'sts-endpoint': endpoint,
      ...settings,
    }
    const reply = answerTo(caller)
    const context = testContext({
      flags,
      env: source.env ?? {},
      runtime: {homeDir: join(root, caller.home), nonce: freshNonce},
      reply: (call) => {
        calls.push(call)
        return reply(call)
      },
    })
    return (await (await selectSource(context)).source.load()).accessKeyId
  }

  let run = 0
  let hits = 0
  const neverServed = (callers: Arbitrary<readonly [Caller, Caller]>, numRuns: number): Promise<void> => {
    const property = asyncProperty(callers, async ([one, other]) => {
      const cache = {'credential-cache-dir': join(root, `cache-${(run += 1)}`)}
      await idOf(one, cache)
      for (const caller of [other, one]) {
        const calls: HttpCall[] = []
        const [kept, asked] = [await idOf(caller, cache, calls), await idOf(caller, {'no-cache': true})]
        if (calls.length === 0) hits += 1
        expect(kept).to.equal(asked)
      }
    })
    return assert(property, {numRuns})
  }

  for (const [source, inputs] of Object.entries(INPUTS) as [keyof typeof SOURCES, readonly (keyof Caller)[]][])
    it(`is never served to another, where it comes from ${source}`, async () => {
      for (const name of inputs) await neverServed(twoCallers(name, source), howMany(20, 1))
    }).timeout(60_000)

  for (const name of FOR_ALL)
    it(`is never served to another, who differs in ${name}`, () =>
      neverServed(twoCallers(name), howMany(100, 3))).timeout(60_000)

  it('is served to the same one', () => {
    expect(hits).to.be.greaterThan(run / 3)
  })
})
