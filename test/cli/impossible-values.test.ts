import {expect} from 'chai'

import {CREDENTIALS_INI} from '../support/home.ts'
import {runCli} from '../support/run-cli.ts'
import {OIDC_TOKEN, PAIR, POD, PROVIDER, SESSION, SHOWN_SECRET, USER_ENV, useStsWorld} from '../support/sts-world.ts'

const execInfo = (clusterId: string): string =>
  JSON.stringify({
    apiVersion: 'client.authentication.k8s.io/v1',
    spec: {interactive: false, cluster: {config: {clusterId}}},
  })

describe('a value that cannot be one', () => {
  const world = useStsWorld()

  for (const command of [
    'credential-plugin get-token',
    'credential-plugin get-credential',
    'get-kubeconfig',
    'update-kubeconfig',
  ])
    it(`is refused as a cluster ID, wherever it comes from: ${command}`, async () => {
      for (const id of [
        '"c1"',
        "'c1'",
        '`c1`',
        'c1"',
        ' c1',
        'c1 ',
        'c1\n',
        'c1\u00A0',
        'c1\r',
        'c1\nc2',
        'c1 c2',
        'my cluster',
        'c/1',
        'c1/../c2',
        '../c1',
        'https://c1',
        '-y',
        '<cluster-id>',
        '$CLUSTER',
        '${C}',
        '$(C)',
        '%C%',
        '{{ .id }}',
        '[id]',
        'c1,c2',
        'c1;',
        '***',
        'c***',
      ])
        for (const [args, env, from] of [
          [[`--cluster-id=${id}`], {}, '--cluster-id'],
          [[], {ACK_RAM_TOOL_CLUSTER_ID: id}, 'ACK_RAM_TOOL_CLUSTER_ID'],
          [[], {KUBERNETES_EXEC_INFO: execInfo(id)}, 'KUBERNETES_EXEC_INFO'],
        ] as const) {
          // All values by one way, one value by all ways.
          if (id !== '"c1"' && (from !== '--cluster-id' || !command.endsWith('get-token'))) continue
          const {stdout, stderr, exitCode} = await runCli([...command.split(' '), ...args], {
            home: world.home.dir,
            env: {...USER_ENV, ...env},
          })
          expect({stdout, exitCode}, id).to.deep.equal({stdout: '', exitCode: 2})
          expect(stderr, id).to.contain(`Error: invalid cluster ID in ${from} (InvalidOption)`)
        }
    })

  it('is refused as a time to wait that no timer can take', async () => {
    for (const [option, ...command] of [
      ['--interval', 'rrsa', 'demo', '--region', 'cn-hangzhou'],
      ['--wait-timeout', 'rrsa', 'status', '-c', `c${'0'.repeat(32)}`, '--task-id', 'T-1'],
      ['--timeout', 'list-clusters'],
    ] as const) {
      const {stdout, stderr, exitCode} = await runCli([...command, `${option}=600h`], {
        home: world.home.dir,
        env: {...USER_ENV, ACK_RAM_TOOL_CS_ENDPOINT: 'http://127.0.0.1:1'},
      })
      expect({stdout, exitCode}, option).to.deep.equal({stdout: '', exitCode: 2})
      expect(stderr, option).to.contain(`Error: ${option} must be at most 24h (InvalidOption)`)
    }
  })

  it('is refused as a pause without which a service would be called all the time', async () => {
    for (const interval of ['0', '1ms', '0.9s']) {
      const {stdout, stderr, exitCode} = await runCli(['rrsa', 'demo', '--region', 'a', '--interval', interval], {
        home: world.home.dir,
        env: {...USER_ENV, ACK_RAM_TOOL_CS_ENDPOINT: 'http://127.0.0.1:1'},
      })
      expect({stdout, exitCode}, interval).to.deep.equal({stdout: '', exitCode: 2})
      expect(stderr, interval).to.contain('Error: --interval must be at least 1s (InvalidOption)')
    }
  })

  it('is refused as an AccessKey ID before anything is signed, and never shown', async () => {
    const id = '"SECRET-in-the-wrong-place"'
    const refused = async (field: string, env: Record<string, string> = {}): Promise<void> => {
      const {stdout, stderr, exitCode} = await world.run([], env)
      expect({stdout, exitCode}, field).to.deep.equal({stdout: '', exitCode: 3})
      expect(stderr, field)
        .to.contain(`the AccessKey ID (${field}) of`)
        .and.contain('contains a quotation mark (CredentialsInvalid)')
        .and.not.match(SHOWN_SECRET)
    }
    await refused('ALIBABA_CLOUD_ACCESS_KEY_ID', {...USER_ENV, ALIBABA_CLOUD_ACCESS_KEY_ID: id})
    const role = {ram_role_arn: POD, ram_session_name: 'me'}
    for (const fields of [
      {mode: 'AK', ...PAIR},
      {mode: 'StsToken', ...PAIR, sts_token: 'SECRET-t'},
      {mode: 'RamRoleArn', ...PAIR, ...role},
    ]) {
      await world.writeProfile({...fields, access_key_id: id})
      await refused('access_key_id')
    }
    const printed = JSON.stringify({mode: 'AK', ...PAIR, access_key_id: id})
    await world.home.write('print.cjs', `console.log(${JSON.stringify(printed)})`)
    await world.writeProfile({mode: 'External', process_command: `'${process.execPath}' '${world.home.dir}/print.cjs'`})
    await refused('access_key_id')
    await world.writeProfile({})
    await world.home.write(
      CREDENTIALS_INI,
      `[default]\ntype = access_key\naccess_key_id = <SECRET-id>\naccess_key_secret = SECRET-s\n`,
    )
    const {stderr} = await world.run(['--ignore-aliyun-cli-credentials'])
    expect(stderr).to.contain('the AccessKey ID (access_key_id) of').and.not.match(SHOWN_SECRET)
    expect(world.assumed()).to.deep.equal([])
  })

  it('is not what a token becomes by blanks around it', async () => {
    const env = {
      ALIBABA_CLOUD_ACCESS_KEY_ID: SESSION.accessKeyId,
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: SESSION.accessKeySecret,
      ALIBABA_CLOUD_SECURITY_TOKEN: ` ${SESSION.securityToken}\t\r\n`,
    }
    expect(await world.whoAmI([], env)).to.equal(SESSION.arn)
  })

  it('is what an OIDC token is with more around it than HTTP strips', async () => {
    const env = {ALIBABA_CLOUD_ROLE_ARN: POD, ALIBABA_CLOUD_OIDC_PROVIDER_ARN: PROVIDER}
    const file = (text: string): Promise<string> => world.home.write('token', text)
    const good = await file(` \t${OIDC_TOKEN}\r\n\n`)
    expect(await world.whoAmI(['--no-cache'], {...env, ALIBABA_CLOUD_OIDC_TOKEN_FILE: good})).to.contain('role/pod')
    const bad = await file(`\u00A0${OIDC_TOKEN}\n`)
    const {stderr, exitCode} = await world.run(['--no-cache'], {...env, ALIBABA_CLOUD_OIDC_TOKEN_FILE: bad})
    expect(exitCode).to.equal(4)
    expect(stderr).not.to.match(SHOWN_SECRET)
  })
})
