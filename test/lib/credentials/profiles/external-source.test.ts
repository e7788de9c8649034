import {expect} from 'chai'

import {CLI_MODES} from '../../../../src/lib/credentials/profiles/cli-modes.ts'
import type {Credentials, CredentialSource} from '../../../../src/lib/credentials/credentials.ts'
import {profileSource} from '../../../../src/lib/credentials/profiles/profile-source.ts'
import {parseCliConfig} from '../../../../src/lib/profile-files/cli-config.ts'
import {sha256Hex} from '../../../../src/lib/signing/hash.ts'
import {makeHome, type TestHome} from '../../../support/home.ts'
import {jsonReply, SESSION_REPLY, testContext} from '../../../support/source-context.ts'
import {failureOf} from '../../../support/failure-of.ts'

const PAIR = {access_key_id: 'LTAI1', access_key_secret: 'SECRET-1'}

describe('externalSource', () => {
  let home: TestHome

  before(async () => {
    home = await makeHome()
  })
  after(() => home.remove())

  /** The command line of a program that prints a profile. */
  const printing = async (name: string, profile: object): Promise<string> =>
    `'${process.execPath}' '${await home.write(name, `process.stdout.write(${JSON.stringify(JSON.stringify(profile))})`)}'`
  const sourceOf = async (command: string): Promise<CredentialSource> => {
    const file = parseCliConfig(
      JSON.stringify({profiles: [{name: 'p', mode: 'External', process_command: command}]}),
      '/home/config.json',
    )
    const [profile] = file.profiles
    if (!profile) throw new Error('no profile')
    return profileSource(
      profile,
      {context: testContext({env: {PATH: process.env['PATH'] ?? ''}}), file, trail: []},
      CLI_MODES,
    )
  }
  const load = async (profile: object): Promise<Credentials> =>
    (await sourceOf(await printing('print.cjs', profile))).load()

  it('resolves what is printed by its own mode', async () => {
    expect((await load({mode: 'AK', ...PAIR})).accessKeyId).to.equal('LTAI1')
    const session = await load({mode: 'StsToken', ...PAIR, sts_token: 'SECRET-2', expiration: '2026-01-02T04:00:00Z'})
    expect(session.securityToken?.reveal()).to.equal('SECRET-2')
    expect(session.expiration?.toISOString()).to.equal('2026-01-02T04:00:00.000Z')
  })

  it('ends a session at the earlier of its own end and the one that is printed', async () => {
    const endOf = async (expiration: string): Promise<string | undefined> =>
      (
        await load({mode: 'StsToken', ...PAIR, sts_token: 'SECRET-2', sts_expiration: 1767323045, expiration})
      ).expiration?.toISOString()
    expect(await endOf('2026-01-02T03:00:00Z')).to.equal('2026-01-02T03:00:00.000Z')
    expect(await endOf('2026-01-02T04:00:00Z')).to.equal('2026-01-02T03:04:05.000Z')
  })

  it('follows a process that names another, but not without end', async () => {
    const first = await printing('1.cjs', {mode: 'AK', ...PAIR})
    const second = await printing('2.cjs', {mode: 'External', process_command: first})
    expect((await load({mode: 'External', process_command: second})).accessKeyId).to.equal('LTAI1')
    const third = await printing('3.cjs', {mode: 'External', process_command: second})
    expect((await failureOf(load({mode: 'External', process_command: third}))).message).to.contain(
      'more than 3 chained processes',
    )
  })

  it('counts no profiles without a process', async () => {
    const chain = ['p1', 'p2', 'p3'].map((source, index) => ({
      name: `p${index}`,
      mode: 'ChainableRamRoleArn',
      source_profile: source,
      ram_role_arn: 'acs:ram::1:role/a',
      ram_session_name: 'session',
    }))
    const command = await printing('print.cjs', {mode: 'AK', ...PAIR})
    const profiles = [...chain, {name: 'p3', mode: 'External', process_command: command}]
    const file = parseCliConfig(JSON.stringify({profiles}), '/home/config.json')
    const [profile] = file.profiles
    if (!profile) throw new Error('no profile')
    const env = {PATH: process.env['PATH'] ?? ''}
    const context = testContext({env, reply: () => jsonReply({Credentials: SESSION_REPLY})})
    const source = await profileSource(profile, {context, file, trail: []}, CLI_MODES)
    expect((await source.load()).accessKeyId).to.equal('STS.new')
    expect(context.calls).to.have.length(3)
  })

  it('refuses a profile that is not whole, of no mode, or of one that only a file can hold', async () => {
    for (const wrong of [
      {mode: 'AK', access_key_id: 'x'},
      {mode: 'External', process_command: ' '},
    ])
      expect(await failureOf(load(wrong))).to.include({code: 'ProfileInvalid', nextStep: 'correct the program'})
    for (const mode of ['Nonsense', 'BearerToken'])
      expect(await failureOf(load({mode, ...PAIR}))).to.include({
        code: 'ProfileNotSupported',
        nextStep: 'correct the program: it has to print a profile of another mode',
      })
    expect((await failureOf(load({...PAIR}))).message).to.contain('without a "mode"')
    expect((await failureOf(load({mode: 'AK', access_key_id: 'x'}))).message).to.contain('has no access_key_secret')
    expect((await failureOf(load({mode: 'Nonsense', ...PAIR}))).message).to.contain('which is not supported')
    for (const mode of ['ChainableRamRoleArn', 'CloudSSO', 'OAuth']) {
      const error = await failureOf(load({mode, ...PAIR}))
      expect(error.code).to.equal('ProcessFailed')
      expect(error.message, mode).to.contain(`with mode ${mode}, which needs a file`).and.not.contain('SECRET')
    }
    expect((await failureOf(load({mode: 'AK', ...PAIR, expiration: 'soon'}))).message).to.match(
      /^the external process of profile "p" of \S+ printed a profile with an invalid expiration$/,
    )
  })

  it('tells one command from another and keeps neither', async () => {
    const one = JSON.stringify((await sourceOf('program SECRET-one')).identity)
    const other = JSON.stringify((await sourceOf('program SECRET-other')).identity)
    expect(one).not.to.equal(other)
    expect(one).to.contain(`["commandSha256","${sha256Hex('program SECRET-one')}"]`)
    expect(`${one}${other}`).not.to.contain('SECRET')
  })
})
