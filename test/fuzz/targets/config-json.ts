import {AckError} from '../../../src/lib/base/errors.ts'
import {CLI_MODES} from '../../../src/lib/credentials/profiles/cli-modes.ts'
import {profileSource} from '../../../src/lib/credentials/profiles/profile-source.ts'
import {parseCliConfig} from '../../../src/lib/profile-files/cli-config.ts'
import {editableProfile} from '../../../src/lib/profile-files/editable-profile.ts'
import {chooseProfile, type Profile} from '../../../src/lib/profile-files/profile.ts'
import {CANARY} from '../../support/canary.ts'
import {testContext} from '../../support/source-context.ts'
import {must, mustEqual, textTarget, type Scene} from '../fuzz-target.ts'
import {
  list,
  membersOf,
  mostly,
  mustBeField,
  object,
  readJson,
  values,
  withoutHttpWhitespace,
  wrapped,
} from '../json-texts.ts'

const MODES = ['AK', 'StsToken', 'RamRoleArn', 'EcsRamRole', 'RamRoleArnWithRoleName', 'ChainableRamRoleArn', 'OIDC']
const OTHER_MODES = ['CloudSSO', 'OAuth', 'External', 'CredentialsURI', 'RsaKeyPair', 'BearerToken', 'Own', '', 'ak']

const PROFILE = object(
  {
    name: mostly(values('default', 'default', 'one', 'two', 'a\nb', '\u001B[31m'), 30),
    mode: mostly(values(...MODES, ...MODES, ...OTHER_MODES), 30),
    access_key_id: mostly(values('LTAI-id'), 30),
    access_key_secret: mostly(values('SECRET-key'), 30),
    sts_token: mostly(values('SECRET-token'), 30),
    sts_expiration: mostly(values(0, 1, 1767323045, '1767323045', 99_999_999_999_999), 30),
    ram_role_arn: mostly(values('acs:ram::1:role/a', 'nonsense'), 30),
    ram_session_name: mostly(values('session', '', '!'), 30),
    source_profile: mostly(values('default', 'one'), 30),
    expired_seconds: mostly(values(900, '3600', -1, 'x'), 30),
    credentials_uri: mostly(values('http://127.0.0.1:1/?token=SECRET-uri', 'nonsense SECRET-uri'), 30),
    process_command: mostly(values('program --password SECRET-word', '"SECRET-unclosed'), 30),
    region_id: mostly(values('cn-hangzhou', 'not a region'), 30),
    oidc_token_file: values('/nowhere/token'),
    oidc_provider_arn: values('acs:ram::1:oidc-provider/p'),
    cloud_sso_sign_in_url: values('https://signin.example/x', 'nonsense'),
    cloud_sso_account_id: values('1'),
    cloud_sso_access_config: values('ac-1'),
    access_token: values('SECRET-access'),
    oauth_refresh_token: values('SECRET-refresh'),
    oauth_site_type: values('CN', 'INTL', 'constructor'),
  },
  true,
)
const CONFIG = object({
  current: mostly(values('default', 'default', 'one', 'missing', null)),
  profiles: mostly(list(mostly(PROFILE))),
  meta_path: values(''),
})

const CONTEXT = testContext()

/** The aliyun CLI's config.json, against JavaScript's own reading of JSON. */
export const configJson = textTarget({
  name: 'config-json',
  structured: wrapped(CONFIG),
  seeds: [
    '{"current":"default","profiles":[{"name":"default","mode":"AK","access_key_id":"LTAI-id","access_key_secret":"SECRET-key"}]}',
    '{\n\t"current": "one",\n\t"profiles": [\n\t\t{"name": "one", "mode": "StsToken", "access_key_id": "STS.1", "access_key_secret": "SECRET-key", "sts_token": "SECRET-token", "sts_expiration": 1767323045}\n\t]\n}\n',
    '{"profiles":[{"name":"a","mode":"RamRoleArn","access_key_id":"LTAI-id","access_key_secret":"SECRET-key","ram_role_arn":"acs:ram::1:role/a","ram_session_name":"s","expired_seconds":900}]}',
  ],
  run: async (text, scene) => {
    scene.hasPublicSecret = hasPublicSecret(text)
    const file = parseCliConfig(text, '/config.json')
    const config = lowerCase(readJson(text))
    const entries = (config['profiles'] ?? []) as readonly unknown[]
    mustEqual(file.profiles.length, entries.length, 'the number of profiles')
    mustBeField(file.current ?? '', config['current'], 'the current profile')
    for (const [index, profile] of file.profiles.entries()) {
      const fields = lowerCase(entries[index])
      mustBeField(profile.name, fields['name'], 'the name of a profile')
      mustBeField(profile.kind, fields['mode'], 'the mode of a profile')
      await useProfile(profile, fields, file, scene)
    }
    checkEdit(text, file.profiles[0])
    chooseProfile(file, undefined)
  },
})

const useProfile = async (
  profile: Profile,
  fields: Readonly<Record<string, unknown>>,
  file: ReturnType<typeof parseCliConfig>,
  scene: Scene,
): Promise<void> => {
  try {
    const source = await profileSource(profile, {context: {...CONTEXT, log: scene.log}, file, trail: []}, CLI_MODES)
    scene.shown.push(source.description, JSON.stringify(source.identity))
    const credentials = source.atHand()
    if (!credentials || (profile.kind !== 'AK' && profile.kind !== 'StsToken')) return
    const {accessKeyId, accessKeySecret, securityToken, expiration} = credentials
    mustBeField(accessKeyId, fields['access_key_id'], 'the AccessKey ID')
    mustBeField(accessKeySecret.reveal(), fields['access_key_secret'], 'the AccessKey secret')
    if (profile.kind === 'AK') must(securityToken === undefined, 'an AccessKey has a security token')
    else mustBeField(securityToken?.reveal() ?? '', tokenOf(fields['sts_token']), 'the security token')
    const seconds = Number(asField(fields['sts_expiration']))
    if (expiration) mustEqual(expiration.toISOString(), new Date(seconds * 1000).toISOString(), 'the expiration')
  } catch (error) {
    // One profile says nothing against the others: only what is thrown last is looked at by the caller.
    if (!AckError.is(error)) throw error
    if (/[\r\n]/.test(error.message + error.nextStep)) throw error
    scene.shown.push(error.message, error.nextStep)
  }
}

/** A change of one field changes nothing else. */
const checkEdit = (text: string, profile: Profile | undefined): void => {
  if (!profile) return
  const edited = editableProfile(text, '/config.json', profile.name)?.edit({access_token: 'new', sts_expiration: 1})
  const [before, after] = [lowerCase(readJson(text)), lowerCase(readJson(edited ?? ''))]
  const [first, ...others] = before['profiles'] as readonly unknown[]
  const profiles = [{...lowerCase(first), access_token: 'new', sts_expiration: 1}, ...others]
  mustEqual(sorted({...before, profiles}), sorted({...after, profiles: lowerFirst(after['profiles'])}), 'a change')
}

const lowerFirst = (profiles: unknown): unknown =>
  (profiles as readonly unknown[]).map((entry, index) => (index === 0 ? lowerCase(entry) : entry))

const lowerCase = (value: unknown): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(membersOf(value)).map(([name, member]) => [name.toLowerCase(), member]))

const sorted = (object: Readonly<Record<string, unknown>>): unknown =>
  Object.entries(object)
    .map(([name, member]) =>
      name === 'profiles'
        ? [name, (member as readonly unknown[]).map((entry) => Object.entries(membersOf(entry)).toSorted(byName))]
        : [name, member],
    )
    .toSorted(byName)

const byName = ([one]: readonly unknown[], [other]: readonly unknown[]): number =>
  String(one) < String(other) ? -1 : 1

const tokenOf = (value: unknown): unknown => (typeof value === 'string' ? withoutHttpWhitespace(value) : value)

const asField = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : ''

/** Fields that are no secret are shown. */
const hasPublicSecret = (text: string): boolean => {
  const {profiles, current} = lowerCase(readJson(text))
  const shown = Array.isArray(profiles)
    ? (profiles as readonly unknown[]).map((entry) =>
        Object.entries(lowerCase(entry)).filter(([name]) => !SECRET_FIELDS.has(name)),
      )
    : []
  return JSON.stringify([current, shown]).includes(CANARY)
}

const SECRET_FIELDS: ReadonlySet<string> = new Set([
  'access_key_secret',
  'sts_token',
  'credentials_uri',
  'process_command',
  'access_token',
  'oauth_refresh_token',
])
