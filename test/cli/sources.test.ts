import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {expect} from 'chai'

import {startCloudSsoServer} from '../local-cloud/cloud-sso-server.ts'
import {startCredentialsUriServer} from '../local-cloud/credentials-uri-server.ts'
import {startMetadataServer} from '../local-cloud/metadata-server.ts'
import {CLI_CONFIG, CREDENTIALS_INI} from '../support/home.ts'
import {cliEnvironment, PROGRAM, SHELL_PROGRAM} from '../support/run-cli.ts'
import {FIRST, SESSION, PAIR, USER, USER_ENV, useStsWorld} from '../support/sts-world.ts'

describe('get-token with credentials from elsewhere', () => {
  const world = useStsWorld()
  const {run, whoAmI, writeProfile} = world

  describe('asks the instance metadata', () => {
    it('because of a flag, a variable or a profile, whatever else there is', async () => {
      const metadata = await startMetadataServer({role: {name: 'node-role', credentials: SESSION}})
      try {
        const env = {
          ALIBABA_CLOUD_IMDS_ENDPOINT: metadata.endpoint,
          HTTP_PROXY: 'http://127.0.0.1:1',
          http_proxy: 'http://127.0.0.1:1',
        }
        await world.home.write(
          CREDENTIALS_INI,
          `[default]\ntype=access_key\naccess_key_id=${USER.accessKeyId}\naccess_key_secret=${USER.accessKeySecret}\n`,
        )
        expect(await whoAmI(['--credential-type', 'imds'], {...USER_ENV, ...env})).to.equal(SESSION.arn)
        expect(await whoAmI(['--no-cache'], {...env, ACK_RAM_TOOL_CREDENTIAL_TYPE: 'ecs-role'})).to.equal(SESSION.arn)
        await writeProfile({mode: 'EcsRamRole'})
        expect(await whoAmI([], env)).to.equal(SESSION.arn)
        expect(await whoAmI([], {...env, ALIBABA_CLOUD_ECS_METADATA: 'node-role'})).to.equal(SESSION.arn)
        await writeProfile({mode: 'RamRoleArnWithRoleName', ram_role_name: 'node-role', ram_role_arn: FIRST})
        expect(await whoAmI([], env)).to.equal('acs:ram::1:assumed-role/first/default-session-name')
      } finally {
        await metadata.close()
      }
    })
  })

  it('says that this may be no ECS instance where no metadata service answers, not that it lacks a proxy', async () => {
    const env = {ALIBABA_CLOUD_IMDS_ENDPOINT: 'http://127.0.0.1:1'}
    const {stderr, exitCode} = await run(['--credential-type', 'imds'], env)
    expect(exitCode).to.equal(5)
    expect(stderr).to.contain('Next: check that this is an ECS instance').and.not.contain('proxy')
  })

  it('asks a credentials URI', async () => {
    const server = await startCredentialsUriServer({
      body: {
        AccessKeyId: SESSION.accessKeyId,
        AccessKeySecret: SESSION.accessKeySecret,
        SecurityToken: SESSION.securityToken,
      },
    })
    try {
      expect(await whoAmI([], {ALIBABA_CLOUD_CREDENTIALS_URI: server.url})).to.equal(SESSION.arn)
      await writeProfile({mode: 'CredentialsURI', credentials_uri: server.url})
      expect(await whoAmI([])).to.equal(SESSION.arn)
    } finally {
      await server.close()
    }
  })

  it('asks CloudSSO again when a profile has got another account, and never signs with the session of the old one', async () => {
    const [developer, auditor] = ['acs:ram::1:assumed-role/developer/me', 'acs:ram::2:assumed-role/auditor/me']
    const server = await startCloudSsoServer({
      accessToken: 'SECRET-login',
      assignments: ['1', '2'].map((accountId) => ({accountId, accessConfigurationId: 'ac-1'})),
      mint: () => world.sts.issue(server.requests.length === 0 ? developer : auditor),
    })
    try {
      const login = {
        mode: 'CloudSSO',
        cloud_sso_sign_in_url: server.signInUrl,
        cloud_sso_access_config: 'ac-1',
        access_token: 'SECRET-login',
        cloud_sso_access_token_expire: Math.floor(Date.now() / 1000) + 3600,
      }
      const path = await writeProfile({...login, cloud_sso_account_id: '1'})
      for (const _ of [1, 2]) expect(await whoAmI([])).to.equal(developer)
      expect(server.requests).to.have.length(1)
      const text = await readFile(path, 'utf8')
      const ofAccount = (id: string): string => text.replace(/("cloud_sso_account_id": ?)"1"/, `$1"${id}"`)
      await writeFile(path, ofAccount('2'))
      for (const _ of [1, 2]) expect(await whoAmI([])).to.equal(auditor)
      expect(server.requests.map(({accountId}) => accountId)).to.deep.equal(['1', '2'])
      // Not assigned: the session of the other account is no substitute.
      await writeFile(path, ofAccount('3'))
      expect(await run([])).to.include({stdout: '', exitCode: 4})
    } finally {
      await server.close()
    }
  })

  describe('ends the process that it asks', () => {
    let waits: number | undefined

    afterEach(() => {
      try {
        if (waits !== undefined) process.kill(-waits, 'SIGKILL')
      } catch {
        // It has ended.
      }
    })

    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      it(`and what that has started, when ${signal} ends itself, as only a terminal tells all`, async function () {
        if (process.platform === 'win32') this.skip()
        await writeProfile({
          mode: 'External',
          process_command: `sh -c 'sleep 30 & echo "waits $$" >&2; sleep 30; true'`,
        })
        const [own, ...args] = PROGRAM
        const child = spawn(own, [...args, 'export-credentials'], {
          env: cliEnvironment(world.home.dir, {}),
          stdio: ['ignore', 'ignore', 'pipe'],
        })
        child.stderr.setEncoding('utf8').on('data', (said: string) => {
          const pid = /waits (\d+)/.exec(said)?.[1]
          if (pid === undefined) return
          waits = Number(pid)
          child.kill(signal)
        })
        // Its stderr is closed when all have ended.
        expect(await once(child, 'close')).to.deep.equal([null, signal])
      })
  })

  it('asks an external process, and the process that its output names', async () => {
    const script = async (name: string, profile: object): Promise<string> => {
      const path = await world.home.write(name, `process.stdout.write(${JSON.stringify(JSON.stringify(profile))})`)
      return `"${process.execPath}" "${path}"`
    }
    const inner = await script('in ner.cjs', {mode: 'AK', ...PAIR})
    const outer = await script('outer.cjs', {mode: 'External', process_command: inner})
    await writeProfile({mode: 'External', process_command: outer})
    expect(await whoAmI([])).to.equal(USER.arn)
    const {stderr, exitCode} = await run([], {ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS: '1'})
    expect(exitCode).to.equal(3)
    expect(stderr).to.contain('ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS')
  })

  it('ends an external process that leads back to itself, directly or by another one', async () => {
    const again = `${SHELL_PROGRAM} export-credentials -f aliyuncli-json`
    const other = await world.home.write('other.sh', `exec ${again} --profile-name first\n`)
    for (const [name, command] of [
      ['first', again],
      ['second', `sh "${other}"`],
    ] as const) {
      const profiles = [
        {name: 'first', mode: 'External', process_command: `${again} --profile-name ${name}`},
        {name: 'second', mode: 'External', process_command: command},
      ]
      await world.home.write(CLI_CONFIG, {current: 'first', profiles})
      const {stdout, stderr, exitCode} = await run(['--timeout', '20s'])
      expect({stdout, exitCode}, stderr).to.deep.equal({stdout: '', exitCode: 3})
      expect(stderr).to.contain('leads back to itself (ProfileInvalid)').and.contain('Next: have it name another')
    }
  })

  it('says why it reads a file as what it is not', async () => {
    const pair = `access_key_id=${USER.accessKeyId}\naccess_key_secret=${USER.accessKeySecret}\n`
    const ini = `# mine\n[default]\ntype=access_key\n${pair}`
    const json = JSON.stringify({current: 'default', profiles: [{name: 'default', mode: 'AK', ...PAIR}]})
    for (const [name, content, says, next] of [
      ['cfg', json, 'cfg is read as INI, since its name does not end in .json, and holds JSON', 'a name that ends in'],
      ['c.JSON', json, 'c.JSON is read as INI, since its name does not end in .json', 'a name that ends in'],
      ['y.json', ini, 'y.json is read as JSON, since its name ends in .json, and holds INI', 'that does not end in'],
    ] as const) {
      const {stderr, exitCode} = await run(['--profile-file', await world.home.write(name, content)])
      expect(exitCode).to.equal(3)
      expect(stderr).to.contain(says).and.contain('--profile-file').and.contain(`${next} .json`)
    }
    // No name would have helped here.
    const named = {ALIBABA_CLOUD_CREDENTIALS_FILE: await world.home.write('x.json', json)}
    expect((await run([], named)).stderr)
      .to.contain('x.json is read as INI, and holds JSON')
      .and.contain('--profile-file')
  })

  it('takes the INI file that the environment names, and passes over one that is not there', async () => {
    const path = await world.home.write(
      'x.ini',
      `[default]\ntype=access_key\naccess_key_id=${USER.accessKeyId}\naccess_key_secret=${USER.accessKeySecret}\n`,
    )
    expect(await whoAmI([], {ALIBABA_CLOUD_CREDENTIALS_FILE: path})).to.equal(USER.arn)
    const {stderr, exitCode} = await run([], {ALIBABA_CLOUD_CREDENTIALS_FILE: join(world.home.dir, 'gone')})
    expect(exitCode).to.equal(3)
    expect(stderr).to.match(/warn: ignoring \S+gone, named by ALIBABA_CLOUD_CREDENTIALS_FILE: it does not exist/)
  })
})
