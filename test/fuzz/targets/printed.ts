import {array, constantFrom, oneof, tuple, type Arbitrary} from 'fast-check'

import {AckError} from '../../../src/lib/base/errors.ts'
import {printedObject, printedProfile} from '../../../src/lib/credentials/sources/printed-profile.ts'
import {readOfferedCredentials, checkOffer} from '../../../src/lib/plugins/check-offer.ts'
import {pluginFailure} from '../../../src/lib/plugins/call-plugin.ts'
import {progressReader} from '../../../src/lib/plugins/progress.ts'
import {CANARY} from '../../support/canary.ts'
import {must, mustEqual, textTarget} from '../fuzz-target.ts'
import {membersOf, mostly, mustBeField, object, readJson, values, wrapped} from '../json-texts.ts'

const PROFILE = object(
  {
    mode: mostly(values('AK', 'StsToken', 'External', ''), 30),
    name: mostly(values('printed')),
    access_key_id: mostly(values('LTAI-id', 7)),
    access_key_secret: mostly(values('SECRET-key')),
    sts_token: mostly(values('SECRET-token')),
  },
  true,
)
const AROUND = constantFrom(
  '',
  '',
  '',
  'Logging in…\n',
  '{',
  '{}',
  '{"a":1}\n',
  '\u001B[31m',
  '\uFEFF',
  'SECRET ',
  '{{',
  '}',
)
const PRINTED: Arbitrary<string> = tuple(AROUND, wrapped(PROFILE), AROUND).map((parts) => parts.join(''))
const FIELDS = ['mode', 'name', 'access_key_id', 'access_key_secret', 'sts_token', '__proto__', 'constructor']

/** What the program of an External profile prints, against the rule of the aliyun CLI. */
export const external = textTarget({
  name: 'external',
  structured: PRINTED,
  seeds: [
    '{"mode":"StsToken","access_key_id":"STS.1","access_key_secret":"SECRET-key","sts_token":"SECRET-token"}',
    'Please log in:\nhttps://example.com/?{x}\n{"mode":"AK","access_key_id":"LTAI-id","access_key_secret":"SECRET-key"}\n',
  ],
  run: (text, scene) => {
    const printed = printedObject(text)
    if (!printed) return
    const whole = readJson(text.replace(/^\uFEFF/, '').trim())
    const isWhole = typeof whole === 'object' && whole !== null && !Array.isArray(whole)
    if (isWhole)
      for (const [name, value] of Object.entries(whole))
        if (typeof value !== 'number') mustEqual(printed[name], value, name)
    const all = isWhole ? membersOf(whole) : printed
    if (!isWhole)
      must(
        Object.keys(printed).some((name) => name.toLowerCase() === 'mode'),
        'an object without a mode',
      )
    const profile = printedProfile(printed, 'profile "p" of /config.json')
    const fields = new Map(Object.entries(all).map(([name, value]) => [name.toLowerCase(), value]))
    scene.hasPublicSecret = String(fields.get('name')).includes(CANARY)
    for (const name of FIELDS) {
      const value = fields.get(name) ?? ''
      if (typeof value === 'string' || typeof value === 'number') mustBeField(profile.field(name), value, name)
    }
    for (const name of FIELDS) profile.field(name)
  },
})

const OFFER = object({
  description: mostly(values('a test', 7)),
  identity: mostly(object({user: mostly(values('u', 7))})),
  accessKeyId: mostly(values('STS.id', 'a\nb'), 30),
  accessKeySecret: mostly(values('SECRET-key'), 30),
  securityToken: mostly(values('SECRET-token', '')),
  expiration: mostly(values('2026-01-02T04:04:05Z', 'soon', 1)),
  message: mostly(values('it failed', 'a\r\nError: forged', '\u001B[31mred')),
})
const KEY = 'k'.repeat(64)
const PROGRESS = array(
  oneof(OFFER, constantFrom('{"alive":true}', '{"answer":"a"}', '{"entered":1}', `${KEY}{}`, '')),
  {maxLength: 2},
)

/** What a plugin offers, gives, throws and reports, against the contract. */
export const plugin = textTarget({
  name: 'plugin',
  structured: oneof(
    {weight: 4, arbitrary: wrapped(OFFER)},
    {weight: 1, arbitrary: PROGRESS.map((lines) => lines.map((line) => `${KEY}${line}`).join('\n'))},
  ),
  seeds: [
    '{"description":"a","identity":{"user":"u"},"accessKeyId":"STS.id","accessKeySecret":"SECRET-key","securityToken":"SECRET-token","expiration":"2026-01-02T04:04:05Z"}',
    `\n${KEY}{"entered":{"plugin":"p","where":"in a hook","deadlineMs":1}}\n${KEY}{"answer":"x"}\n`,
  ],
  run: (text, scene) => {
    const read = progressReader(KEY)
    const middle = text.length >> 1
    const together = progressReader(KEY)(`${text}\n`)
    mustEqual([...read(text.slice(0, middle)), ...read(`${text.slice(middle)}\n`)], together, 'progress in two parts')
    const given = readJson(text)
    const {message, nextStep} = membersOf(given)
    scene.hasPublicSecret = [message, nextStep].some((part) => String(part).includes(CANARY))
    for (const attempt of [() => checkOffer('p', withLoad(given)), () => readOfferedCredentials('p', given)])
      checkContract(attempt, given)
    throw pluginFailure(
      {plugin: 'p', where: 'in its prerun hook'},
      Object.assign(new Error(String(message)), {nextStep}),
    )
  },
})

const withLoad = (given: unknown): unknown =>
  typeof given === 'object' && given !== null ? {...given, load: () => Promise.resolve(given)} : given

const checkContract = (attempt: () => object, given: unknown): void => {
  try {
    const accepted = attempt()
    if (!('accessKeySecret' in accepted) || 'load' in accepted) return
    const {accessKeyId, accessKeySecret, expiration} = accepted as ReturnType<typeof readOfferedCredentials>
    mustEqual(accessKeyId, membersOf(given)['accessKeyId'], 'the AccessKey ID')
    mustEqual(accessKeySecret.reveal(), membersOf(given)['accessKeySecret'], 'the AccessKey secret')
    must(!Number.isNaN(expiration?.getTime() ?? 0), 'an expiration that is no time')
  } catch (error) {
    if (!AckError.is(error)) throw error
    must(!(error.message + error.nextStep).includes(CANARY), 'a refusal shows a secret')
  }
}
