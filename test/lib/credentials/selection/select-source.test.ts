import {chmod, mkdir} from 'node:fs/promises'
import {join} from 'node:path'

import {expect} from 'chai'

import type {Credentials} from '../../../../src/lib/credentials/credentials.ts'
import {selectSource} from '../../../../src/lib/credentials/selection/select-source.ts'
import type {Flags} from '../../../../src/lib/options/read-option.ts'
import {CLI_CONFIG, CREDENTIALS_INI, makeHome, type TestHome} from '../../../support/home.ts'
import {freshNonce} from '../../../support/runtime.ts'
import {jsonReply, SESSION_REPLY, testContext} from '../../../support/source-context.ts'
import {failureOf} from '../../../support/failure-of.ts'

const PAIR = {ALIBABA_CLOUD_ACCESS_KEY_ID: 'LTAI-env', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'SECRET-env'}

const cliProfile = (name: string, parts: object = {}): object => ({
  name,
  mode: 'AK',
  access_key_id: `LTAI-${name}`,
  access_key_secret: `SECRET-${name}`,
  ...parts,
})

const iniSection = (name: string, lines: readonly string[] = []): string =>
  [
    `[${name}]`,
    'type = access_key',
    `access_key_id = LTAI-${name}`,
    `access_key_secret = SECRET-${name}`,
    ...lines,
    '',
  ].join('\n')

describe('selectSource', () => {
  let home: TestHome
  let lines: readonly string[]

  beforeEach(async () => {
    home = await makeHome()
  })
  afterEach(() => home.remove())

  const load = async (flags: Flags = {}, env: Record<string, string> = {}): Promise<Credentials> => {
    const context = testContext({flags, env, runtime: {homeDir: home.dir}})
    lines = context.log.lines
    const {source} = await selectSource(context)
    return source.load()
  }
  const idOf = async (flags?: Flags, env?: Record<string, string>): Promise<string> =>
    (await load(flags, env)).accessKeyId

  it('asks the environment, then config.json, then the INI file', async () => {
    await home.write(CREDENTIALS_INI, iniSection('default'))
    expect(await idOf()).to.equal('LTAI-default')
    await home.write(CLI_CONFIG, {current: 'cli', profiles: [cliProfile('cli')]})
    expect(await idOf()).to.equal('LTAI-cli')
    expect(await idOf({}, PAIR)).to.equal('LTAI-env')
  })

  it('says in the log which source won and why each earlier one did not', async () => {
    const ini = await home.write(CREDENTIALS_INI, iniSection('default'))
    await load({'ignore-env-credentials': true}, PAIR)
    expect(lines).to.deep.equal([
      'debug: credentials: skipped environment: ignored by --ignore-env-credentials',
      `debug: credentials: skipped ${join(home.dir, CLI_CONFIG)}: no such file`,
      `debug: credentials: using profile "default" of ${ini}`,
    ])
  })

  it('ignores a line of an INI file that says nothing, with a warning, where it cannot be meant for the section', async () => {
    const ini = await home.write(
      CREDENTIALS_INI,
      `access_key_id = SECRET-top\n${iniSection('default')}${iniSection('a')}${iniSection('b', ['SECRET', 'SECRET'])}`,
    )
    const before = `${ini} has a key before the first [section] (line 1`
    expect(await idOf()).to.equal('LTAI-default')
    expect(lines).to.include(`warn: ${before} and 2 more): it is ignored`)
    expect(await idOf({'profile-name': 'a'})).to.equal('LTAI-a')
    const error = await failureOf(load({'profile-name': 'b'}))
    expect(error.code).to.equal('CredentialFileInvalid')
    expect(error.message).to.equal(`${ini} has a line that is neither a [section] nor key = value (line 14)`)
    // Nobody has named it, and what is before it may be what was meant.
    await home.write(CREDENTIALS_INI, `access_key_id = SECRET-top\n${iniSection('a')}`)
    expect((await failureOf(load())).message).to.equal(`${before})`)
    expect(await idOf({'profile-name': 'a'})).to.equal('LTAI-a')
    expect(lines).to.include(`warn: ${before}): it is ignored`)
    expect(lines.join('\n')).not.to.contain('SECRET')
  })

  it('says where it looked, and what to do, when there are none at all', async () => {
    const error = await failureOf(load())
    expect(error.code).to.equal('CredentialsNotFound')
    expect(error.exitCode).to.equal(3)
    expect(error.message).to.contain('no credentials found').and.contain(CLI_CONFIG).and.contain(CREDENTIALS_INI)
    expect(error.nextStep).to.contain('`aliyun configure`').and.not.contain('://')
  })

  it('passes over what it was told to ignore', async () => {
    await home.write(CLI_CONFIG, {current: 'cli', profiles: [cliProfile('cli')]})
    await home.write(CREDENTIALS_INI, iniSection('default'))
    expect(await idOf({'ignore-env-credentials': true}, PAIR)).to.equal('LTAI-cli')
    expect(await idOf({'ignore-aliyun-cli-credentials': true})).to.equal('LTAI-default')
    expect(
      await idOf(
        {},
        {...PAIR, ACK_RAM_TOOL_IGNORE_ENV_CREDENTIALS: '1', ACK_RAM_TOOL_IGNORE_ALIYUN_CLI_CREDENTIALS: 'true'},
      ),
    ).to.equal('LTAI-default')
  })

  it('takes a file that the user named before everything else', async () => {
    await home.write(CLI_CONFIG, {current: 'cli', profiles: [cliProfile('cli')]})
    const json = await home.write('a.json', {current: 'a', profiles: [cliProfile('a')]})
    const ini = await home.write('a.ini', iniSection('default'))
    expect(await idOf({'profile-file': json}, PAIR)).to.equal('LTAI-a')
    expect(await idOf({'profile-file': json, 'ignore-aliyun-cli-credentials': true})).to.equal('LTAI-a')
    expect(await idOf({}, {...PAIR, ACK_RAM_TOOL_PROFILE_FILE: ini})).to.equal('LTAI-default')
    expect(await idOf({'profile-file': '~/a.json'})).to.equal('LTAI-a')
  })

  it('reads a named file as INI unless its name ends in exactly .json', async () => {
    const upper = await home.write('a.JSON', iniSection('default'))
    expect(await idOf({'profile-file': upper})).to.equal('LTAI-default')
  })

  it('does not look further when a named file is missing', async () => {
    await home.write(CREDENTIALS_INI, iniSection('default'))
    for (const path of ['gone.json', 'gone.ini']) {
      const error = await failureOf(load({'profile-file': join(home.dir, path)}, PAIR))
      expect(error).to.include({code: 'CredentialFileUnreadable', exitCode: 3})
      expect(error.message).to.contain('named by --profile-file, does not exist')
    }
  })

  it('chooses the profile by flag, then variables, then current, in both formats', async () => {
    await home.write(CLI_CONFIG, {current: 'a', profiles: ['a', 'b', 'c', 'd'].map((name) => cliProfile(name))})
    const ini = await home.write('x.ini', ['default', 'a', 'b', 'c', 'd'].map((name) => iniSection(name)).join('\n'))
    const env = {ALIBABA_CLOUD_PROFILE: 'b', ACK_RAM_TOOL_PROFILE_NAME: 'c'}
    for (const file of [{}, {'profile-file': ini}]) {
      expect(await idOf({...file, 'profile-name': 'd'}, env)).to.equal('LTAI-d')
      expect(await idOf(file, env)).to.equal('LTAI-c')
      for (const name of ['ALIBABA_CLOUD_PROFILE', 'ALIBABACLOUD_PROFILE', 'ALICLOUD_PROFILE'])
        expect(await idOf(file, {[name]: 'b'}), name).to.equal('LTAI-b')
    }
    expect(await idOf()).to.equal('LTAI-a')
    expect(await idOf({'profile-file': ini})).to.equal('LTAI-default')
  })

  it('takes the config.json that a variable names, which has to be there, or none', async () => {
    await home.write(CLI_CONFIG, {current: 'a', profiles: [cliProfile('a')]})
    const other = await home.write('other', {current: 'b', profiles: [cliProfile('b')]})
    expect(await idOf({}, {ALIBABA_CLOUD_CONFIG_FILE: other})).to.equal('LTAI-b')
    const missing = await failureOf(load({}, {ALIBABA_CLOUD_CONFIG_FILE: join(home.dir, 'missing')}))
    expect(missing.message).to.contain('named by ALIBABA_CLOUD_CONFIG_FILE, does not exist')
    expect((await failureOf(load({}, {ALIBABA_CLOUD_IGNORE_PROFILE: 'TRUE'}))).code).to.equal('CredentialsNotFound')
  })

  it('refuses a role of the environment that is none, rather than signing without it', async () => {
    const {message} = await failureOf(load({}, {...PAIR, ALIBABA_CLOUD_ROLE_ARN: 'x'}))
    expect(message).to.contain('invalid RAM role ARN in ALIBABA_CLOUD_ROLE_ARN')
  })

  it('assumes the role of the environment once, where the first --role-arn names it too', async () => {
    const [one, other] = ['acs:ram::1:role/one', 'acs:ram::1:role/other']
    const described = async (flags: Flags): Promise<string> => {
      const env = {...PAIR, ALIBABA_CLOUD_ROLE_ARN: one}
      return (await selectSource(testContext({flags, env, runtime: {homeDir: home.dir}}))).source.description
    }
    const accessKey = 'the AccessKey of the environment (ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET)'
    expect(await described({})).to.equal(`role ${one} assumed by ${accessKey}`)
    expect(await described({'role-arn': [one]})).to.equal(`role ${one} assumed by ${accessKey}`)
    expect(await described({'role-arn': [other]})).to.equal(
      `role ${other} assumed by role ${one} assumed by ${accessKey}`,
    )
    expect(await described({'role-arn': [one, other]})).to.equal(
      `role ${other} assumed by role ${one} assumed by ${accessKey}`,
    )
  })

  it('says which profile decided, with the whole path of its file', async () => {
    const ini = await home.write('x.ini', iniSection('a'))
    const relative = join('..', '..', '..', '..', '..', '..', '..', '..', '..', '..', ini)
    const decidedBy = async (flags: Flags, env: Record<string, string> = {}): Promise<unknown> => {
      const {profile} = await selectSource(testContext({flags, env, runtime: {homeDir: home.dir}}))
      return profile && [profile.file, profile.name]
    }
    expect(await decidedBy({'profile-file': relative})).to.deep.equal([ini, 'a'])
    expect(await decidedBy({}, {ALIBABA_CLOUD_CREDENTIALS_FILE: relative})).to.deep.equal([ini, 'a'])
    expect(await decidedBy({}, PAIR)).to.equal(undefined)
    const config = await home.write(CLI_CONFIG, {current: 'cli', profiles: [cliProfile('cli')]})
    expect(await decidedBy({})).to.deep.equal([config, 'cli'])
  })

  it('lets a file that is named by a flag beat a credential type of the environment', async () => {
    const json = await home.write('a.json', {current: 'a', profiles: [cliProfile('a')]})
    expect(await idOf({'profile-file': json}, {ACK_RAM_TOOL_CREDENTIAL_TYPE: 'imds'})).to.equal('LTAI-a')
  })

  it('looks for nothing in the working directory where there is no home directory', async () => {
    const context = testContext({runtime: {homeDir: undefined}})
    const {code, message} = await failureOf(selectSource(context))
    expect(code).to.equal('CredentialsNotFound')
    expect(message).to.equal(
      'no credentials found (environment: no credential variables set; files of the home directory: HOME is not set to an absolute path)',
    )
    const ignoring = testContext({flags: {'ignore-aliyun-cli-credentials': true}, runtime: {homeDir: undefined}})
    expect((await failureOf(selectSource(ignoring))).message).to.contain(
      "; the aliyun CLI's config.json: ignored by --ignore-aliyun-cli-credentials; ",
    )
  })

  it('warns when --profile-name is beaten by credentials of the environment', async () => {
    expect(await idOf({'profile-name': 'a'}, PAIR)).to.equal('LTAI-env')
    expect(lines[0]).to.match(/^warn: ignoring --profile-name/)
  })

  it('says nothing of --profile-name where a variable names a file, whose profile it then is', async () => {
    const ini = await home.write('x.ini', [iniSection('a'), iniSection('b')].join('\n'))
    expect(await idOf({'profile-name': 'b'}, {ALIBABA_CLOUD_CREDENTIALS_FILE: ini})).to.equal('LTAI-b')
    expect(lines.filter((line) => line.startsWith('warn'))).to.deep.equal([])
    // A variable that names a profile is not typed: it may be there for another program.
    expect(await idOf({}, {...PAIR, ACK_RAM_TOOL_PROFILE_NAME: 'a'})).to.equal('LTAI-env')
    expect(lines.filter((line) => line.startsWith('warn'))).to.deep.equal([])
  })

  it('goes on where the file that the environment names is not there, and warns', async () => {
    await home.write(CREDENTIALS_INI, iniSection('default'))
    const missing = join(home.dir, 'gone.ini')
    expect(await idOf({}, {ALIBABA_CLOUD_CREDENTIALS_FILE: missing})).to.equal('LTAI-default')
    expect(lines[0]).to.equal(`warn: ignoring ${missing}, named by ALIBABA_CLOUD_CREDENTIALS_FILE: it does not exist`)
  })

  it('takes the profile that was typed for an entry, whatever AccessKey the environment has', async () => {
    await home.write(CLI_CONFIG, {current: 'a', profiles: [cliProfile('a'), cliProfile('b')]})
    const idFor = async (flags: Flags, env: Record<string, string> = {}): Promise<string> => {
      const context = {...testContext({flags, env: {...PAIR, ...env}, runtime: {homeDir: home.dir}}), writesEntry: true}
      const {accessKeyId} = await (await selectSource(context)).source.load()
      lines = context.log.lines
      return accessKeyId
    }
    expect(await idFor({'profile-name': 'b'})).to.equal('LTAI-b')
    expect(lines[0]).to.equal(
      'debug: credentials: skipped environment: an entry for the profile that --profile-name names',
    )
    expect(await idFor({})).to.equal('LTAI-env')
    expect(await idFor({}, {ACK_RAM_TOOL_PROFILE_NAME: 'b'})).to.equal('LTAI-env')
    const ini = await home.write('x.ini', iniSection('b'))
    expect(await idFor({'profile-name': 'b'}, {ALIBABA_CLOUD_CREDENTIALS_FILE: ini})).to.equal('LTAI-b')
  })

  it('asks which profile where the file does not say it, and takes no other answer than a name of it', async () => {
    const file = await home.write('a.json', {profiles: [cliProfile('a'), cliProfile('b')]})
    const asked: unknown[] = []
    const idWith = async (answer: string | undefined): Promise<string> => {
      const context = {
        ...testContext({flags: {'profile-file': file}, runtime: {homeDir: home.dir}}),
        askProfile: (path: string, names: readonly string[]) => {
          asked.push([path, names])
          return Promise.resolve(answer)
        },
      }
      return (await (await selectSource(context)).source.load()).accessKeyId
    }
    expect(await idWith('b')).to.equal('LTAI-b')
    expect(asked).to.deep.equal([[file, ['a', 'b']]])
    for (const answer of [undefined, 'c', '']) {
      const error = await failureOf(idWith(answer))
      expect(error.code).to.equal('ProfileAmbiguous')
      expect(error.message + error.nextStep)
        .to.contain(file)
        .and.contain('--profile-name')
    }
    expect((await failureOf(load({'profile-file': file}))).code).to.equal('ProfileAmbiguous')
  })

  it('takes the instance or a plugin that --credential-type names, and searches nothing', async () => {
    const select = async (type: string, offers: boolean): Promise<{id: string; asked: unknown[]}> => {
      const asked: unknown[] = []
      const offered = (await selectSource(testContext({env: PAIR}))).source
      const context = {
        ...testContext({flags: {'credential-type': type, 'region-id': 'eu-central-1'}, env: PAIR}),
        askPlugins: (request: unknown) => {
          asked.push(request)
          return Promise.resolve(offers ? offered : undefined)
        },
      }
      const {source, profile} = await selectSource(context)
      expect(profile).to.equal(undefined)
      return {id: source.description, asked}
    }
    const instance = await select('imds', true)
    expect(instance.id).to.equal('ECS instance metadata (the attached role), selected by --credential-type')
    expect(instance.asked).to.deep.equal([])
    const ofPlugin = await select('vault', true)
    expect(ofPlugin.id).to.match(/^the AccessKey of the environment/)
    expect(ofPlugin.asked).to.deep.equal([{kind: 'vault', regionId: 'eu-central-1'}])
    for (const error of [
      await failureOf(select('vault', false)),
      await failureOf(selectSource(testContext({flags: {'credential-type': 'vault'}, env: PAIR}))),
    ]) {
      expect(error.code).to.equal('InvalidOption')
      expect(error.nextStep).to.contain('or install a plugin that supports it')
    }
  })

  it('gives external ID, duration and policy to the last role of the options alone', async () => {
    const calls: URLSearchParams[] = []
    const roles = ['acs:ram::1:role/one', 'acs:ram::1:role/two', 'acs:ram::1:role/three']
    const flags = {
      'role-arn': roles,
      'role-session-name': 'me',
      'role-external-id': 'x',
      'role-duration': '15m',
      'role-policy': '{}',
      'no-cache': true,
    }
    const context = testContext({
      flags,
      env: {...PAIR, ALIBABA_CLOUD_ROLE_ARN: 'acs:ram::1:role/env'},
      reply: ({url}) => {
        calls.push(new URL(url).searchParams)
        return jsonReply({Credentials: SESSION_REPLY})
      },
    })
    const selection = await selectSource(context)
    await selection.source.load()
    expect(selection.environmentRole).to.deep.equal({value: 'acs:ram::1:role/env', from: 'ALIBABA_CLOUD_ROLE_ARN'})
    expect(context.log.lines).to.include('debug: cache: not used, by --no-cache')
    expect(calls.map((query) => Object.fromEntries(query))).to.deep.equal([
      {RoleArn: 'acs:ram::1:role/env', RoleSessionName: 'me'},
      {RoleArn: roles[0], RoleSessionName: 'me'},
      {RoleArn: roles[1], RoleSessionName: 'me'},
      {RoleArn: roles[2], RoleSessionName: 'me', ExternalId: 'x', DurationSeconds: '900', Policy: '{}'},
    ])
  })

  it('caches what a call gave, and nothing that needs none or with --no-cache', async () => {
    const flags = {'role-arn': ['acs:ram::1:role/one']}
    const callsOf = async (given: Flags): Promise<number> => {
      const context = testContext({
        flags: {'credential-cache-dir': join(home.dir, 'cache'), ...given},
        env: PAIR,
        runtime: {homeDir: home.dir, nonce: freshNonce},
        reply: () => jsonReply({Credentials: SESSION_REPLY}),
      })
      const {source} = await selectSource(context)
      await source.load()
      lines = context.log.lines
      return context.calls.length
    }
    expect(await callsOf({...flags, 'no-cache': true})).to.equal(1)
    expect(await callsOf(flags)).to.equal(1)
    expect(await callsOf(flags)).to.equal(0)
    expect(await callsOf({...flags, 'no-cache': true})).to.equal(1)
    expect(await callsOf({'no-cache': true})).to.equal(0)
    expect(lines.join()).not.to.contain('cache')
  })

  it('passes over config.json for each variable by which the aliyun CLI and the SDKs do', async () => {
    await home.write(CLI_CONFIG, {profiles: [cliProfile('a')]})
    await home.write(CREDENTIALS_INI, iniSection('default'))
    expect(await idOf()).to.equal('LTAI-a')
    for (const [variable, value] of [
      ['ALIBABA_CLOUD_IGNORE_PROFILE', 'TRUE'],
      ['ALIBABACLOUD_IGNORE_PROFILE', 'TRUE'],
      ['ALIBABA_CLOUD_CLI_PROFILE_DISABLED', 'true'],
    ] as const)
      expect(await idOf({}, {[variable]: value}), variable).to.equal('LTAI-default')
  })

  it('ends the search at half an AccessKey of the environment, unless that is ignored or a file is named', async () => {
    const file = await home.write(CREDENTIALS_INI, iniSection('default'))
    const half = {ALIBABA_CLOUD_ACCESS_KEY_ID: 'LTAI-env'}
    expect((await failureOf(idOf({}, half))).code).to.equal('CredentialsInvalid')
    expect((await failureOf(idOf({}, {...half, ALIBABA_CLOUD_CREDENTIALS_FILE: file}))).code).to.equal(
      'CredentialsInvalid',
    )
    expect(await idOf({'ignore-env-credentials': true}, half)).to.equal('LTAI-default')
    expect(await idOf({'profile-file': file}, half)).to.equal('LTAI-default')
  })

  it('uses the profile called default of a config.json without current', async () => {
    await home.write(CLI_CONFIG, {profiles: [cliProfile('a'), cliProfile('default')]})
    expect(await idOf()).to.equal('LTAI-default')
  })

  describe('ends the search, whatever else there is,', () => {
    const expectFailure = async (code: string, words: string): Promise<void> => {
      await home.write(CREDENTIALS_INI, iniSection('default'))
      const error = await failureOf(load())
      expect(error.code).to.equal(code)
      expect(error.message).to.contain(words).and.not.contain('SECRET')
      expect(error.nextStep).not.to.equal('')
    }

    it('when config.json names an empty current profile', async () => {
      await home.write(CLI_CONFIG, {current: '', profiles: [cliProfile('default')]})
      await expectFailure('ProfileNotFound', 'has no profile ""')
    })

    it('when config.json is truncated', async () => {
      await home.write(CLI_CONFIG, '{"current":"default","profiles":[{"name":"default","access_key_secret":"SECRET')
      await expectFailure('CredentialFileInvalid', 'is not JSON')
    })

    it('when the profile has no mode', async () => {
      await home.write(CLI_CONFIG, {current: 'default', profiles: [cliProfile('default', {mode: ''})]})
      await expectFailure('ProfileInvalid', 'has no mode')
    })

    it('when the profile lacks a field of its mode', async () => {
      await home.write(CLI_CONFIG, {current: 'default', profiles: [cliProfile('default', {access_key_secret: ''})]})
      await expectFailure('ProfileInvalid', 'has no access_key_secret')
      await home.write(CLI_CONFIG, {current: 'default', profiles: [cliProfile('default', {mode: 'StsToken'})]})
      await expectFailure('ProfileInvalid', 'has no sts_token')
    })

    it('when the profile has a mode that cannot be used, even one that names a JavaScript property', async () => {
      for (const mode of ['BearerToken', 'RsaKeyPair', 'Anonymous', 'constructor', '__proto__', 'ak']) {
        await home.write(CLI_CONFIG, {current: 'default', profiles: [cliProfile('default', {mode})]})
        await expectFailure('ProfileNotSupported', `has mode "${mode}"`)
      }
    })

    it('when config.json is a directory', async () => {
      await mkdir(join(home.dir, CLI_CONFIG), {recursive: true})
      await expectFailure('CredentialFileUnreadable', 'EISDIR')
    })

    it('when config.json is larger than any credential file', async () => {
      await home.write(CLI_CONFIG, ' '.repeat(1024 * 1024 + 1))
      await expectFailure('CredentialFileInvalid', 'is larger than 1 MiB')
    })

    it('when a file may have been written by others, whose credentials these then are', async function () {
      if (process.platform === 'win32') this.skip()
      for (const [path, content] of [
        [CREDENTIALS_INI, '[default]\ntype=access_key\naccess_key_id=a\naccess_key_secret=SECRET-1'],
        [CLI_CONFIG, {current: 'default', profiles: [cliProfile('default', {mode: 'AK'})]}],
      ] as const) {
        await chmod(await home.write(path, content), 0o666)
        await expectFailure('CredentialFileUntrusted', 'every user can write it')
      }
    })

    it('when config.json may not be read', async function () {
      if (process.platform === 'win32' || process.getuid?.() === 0) this.skip()
      await chmod(await home.write(CLI_CONFIG, {}), 0o000)
      await expectFailure('CredentialFileUnreadable', 'EACCES')
    })
  })

  describe('INI types', () => {
    it('reads sts with either name of the token', async () => {
      for (const key of ['sts_token', 'security_token']) {
        await home.write(
          CREDENTIALS_INI,
          ['[default]', 'type=sts', 'access_key_id=STS.1', 'access_key_secret=SECRET-1', `${key}=SECRET-2`].join('\n'),
        )
        expect((await load()).securityToken?.reveal(), key).to.equal('SECRET-2')
      }
    })

    it('keeps a # in a secret', async () => {
      await home.write(
        CREDENTIALS_INI,
        ['[default]', 'type=access_key', 'access_key_id=a', 'access_key_secret=SECRET-b#x'].join('\n'),
      )
      expect((await load()).accessKeySecret.reveal()).to.equal('SECRET-b#x')
    })

    it('refuses a section without a type, of an unknown one, and without its fields', async () => {
      for (const [type, code] of [
        ['', 'ProfileInvalid'],
        ['oidc_role_arn', 'ProfileNotSupported'],
        ['sts', 'ProfileInvalid'],
      ] as const) {
        await home.write(
          CREDENTIALS_INI,
          ['[default]', `type=${type}`, 'access_key_id=a', 'access_key_secret=SECRET-b'].join('\n'),
        )
        expect((await failureOf(load())).code, type).to.equal(code)
      }
    })
  })

  describe('mode StsToken', () => {
    const profile = (expiration: unknown): object =>
      cliProfile('default', {mode: 'StsToken', sts_token: 'SECRET-token', sts_expiration: expiration})

    it('knows when the token ends, as number or text, and takes 0 for not known', async () => {
      for (const [written, expected] of [
        [1767326645, 1767326645000],
        ['1767326645', 1767326645000],
        [0, undefined],
        [undefined, undefined],
      ] as const) {
        await home.write(CLI_CONFIG, {current: 'default', profiles: [profile(written)]})
        expect((await load()).expiration?.getTime(), String(written)).to.equal(expected)
      }
    })

    it('refuses it from its end on', async () => {
      await home.write(CLI_CONFIG, {current: 'default', profiles: [profile(1767323045)]})
      expect((await failureOf(load())).code).to.equal('CredentialsExpired')
    })

    it('refuses an end that is no time', async () => {
      await home.write(CLI_CONFIG, {current: 'default', profiles: [profile('soon')]})
      expect((await failureOf(load())).message).to.contain('sts_expiration that is not a whole number')
    })
  })
})
