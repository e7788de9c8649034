import {expect} from 'chai'

import {ALL_COMMAND_OPTIONS} from '../../src/lib/options/all-commands.ts'
import {GLOBAL_OPTIONS, type OptionDefinition, type OptionDefinitions} from '../../src/lib/options/definitions.ts'
import {CLEAR_OPTIONS} from '../../src/lib/options/tool-definitions.ts'
import {ALICE, CLUSTER_ID, startClusterWorld, type ClusterWorld} from '../support/cluster-world.ts'
import {makeHome, type TestHome} from '../support/home.ts'
import {commandPlugin, installPlugins} from '../support/plugins.ts'
import {runCli, runCliProcess, STANDALONE, type CliResult} from '../support/run-cli.ts'

const ENV = {ALIBABA_CLOUD_ACCESS_KEY_ID: 'LTAI-user', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'SECRET-of-user'}
const PAIR = {access_key_id: ALICE.accessKeyId, access_key_secret: ALICE.accessKeySecret}
const words = (line: string): string[] => line.split(' ').filter(Boolean)

describe('a command line', () => {
  let home: TestHome

  before(async () => {
    home = await makeHome()
  })
  after(() => home.remove())

  const run = (args: readonly string[], env: Record<string, string> = ENV): Promise<CliResult> =>
    runCli(args, {home: home.dir, env})
  const refused = async (args: readonly string[], complaint: string): Promise<string> => {
    const {stdout, stderr, exitCode} = await run(args)
    expect({stdout, exitCode}, args.join(' ')).to.deep.equal({stdout: '', exitCode: 2})
    expect(stderr, args.join(' ')).to.contain(`Error: ${complaint} (InvalidUsage)`)
    return stderr
  }

  it('answers kubectl wherever the flags stand', async () => {
    for (const line of [
      'credential-plugin --log-level error get-token -c c1',
      'credential-plugin --log-level=error -c c1 get-token',
      'credential-plugin -y get-token --cluster-id c1',
      '-c c1 credential-plugin get-token',
      '--cluster-id c1 credential-plugin get-token',
      '--cluster-id=c1 credential-plugin get-token',
      '-yvc c1 --log-level error credential-plugin --api-version v1 get-token --help=false',
      '-y=true -v=0 --verbose=false credential-plugin get-token -cc1',
    ]) {
      const {stdout, exitCode} = await run(words(line))
      expect(exitCode, line).to.equal(0)
      expect(JSON.parse(stdout), line).to.include({kind: 'ExecCredential'})
    }
  })

  it('says of --help behind -- that no flag is read there, not that it is unknown', async () => {
    const said = await refused(['update-kubeconfig', '--', '--help'], '--help behind --, where no flag is read')
    expect(said).to.contain('remove the --; see `').and.not.contain('did you mean')
  })

  it('never ends well with flags and no command: kubectl would take help for an answer', async () => {
    for (const line of [
      ['credential-plugin', '-y'],
      ['credential-plugin', '-c', 'c1'],
      ['credential-plugin', '--nope'],
      ['credential-plugin', '--nope', 'get-token'],
      ['credential-plugin', '--', 'get-token'],
      ['credential-plugin', ''],
      ['-y', 'credential-plugin'],
      ['-c', 'c1', 'credential-plugin'],
      ['--nope=x', 'credential-plugin'],
    ])
      expect(await refused(line, 'no command of credential-plugin given')).to.contain(
        '`ack-ram-tool credential-plugin --help`',
      )
    await refused(['credential-plugin', '--help=false'], 'no command of credential-plugin given')
    expect(await refused(['-y', '--log-level', 'error'], 'no command given')).to.contain('`ack-ram-tool --help`')
    await refused(['', 'credential-plugin'], 'no command given')
  })

  it('shows the help of a topic alone, and where help is asked for', async () => {
    const {stdout, exitCode} = await run(['credential-plugin'])
    expect(stdout).to.contain('COMMANDS')
    expect(exitCode).to.equal(0)
    for (const line of ['-y credential-plugin --help', 'credential-plugin -h', 'credential-plugin --help=T -c x'])
      expect(await run(words(line)), line).to.deep.include({stdout, stderr: '', exitCode: 0})
    const ofCommand = (await run(['credential-plugin', 'get-token', '--help'])).stdout
    for (const line of [
      '-h credential-plugin get-token',
      'credential-plugin get-token x -yhc c1 --nope',
      'help -y credential-plugin get-token',
    ])
      expect(await run(words(line)), line).to.deep.include({stdout: ofCommand, stderr: '', exitCode: 0})
  })

  it('refuses an empty value of a flag without which it would act elsewhere, or do more', async () => {
    const all = (lines: Readonly<Record<string, string>>): readonly (readonly [string[], string])[] =>
      Object.entries(lines).flatMap(([line, flags]) => words(flags).map((flag) => [words(line), flag] as const))
    for (const [line, flag] of all({
      'rbac cleanup-user-permissions -c c1 -u 2001 -y': '--backup-dir --role-policy',
      'rbac restore-user-permissions ./backup': '--cluster-id',
      'update-kubeconfig -c c1': '--kubeconfig --expected-identity --server --certificate-authority',
      'update-kubeconfig --all --prune': '--filter',
      'get-kubeconfig -c c1': '--kubeconfig',
      'doctor --offline': '--kubeconfig --context',
      'credential-plugin cache clear': '--cluster-id --identity --profile-name',
      'credential-plugin get-token -c c1': '--expected-identity --role-policy',
    }))
      for (const given of [[flag, ''], [`${flag}=`]])
        expect(await refused([...line, ...given], `${flag} is empty`)).to.contain('leave the flag out')
    const {exitCode} = await run(['credential-plugin', 'get-token', '-c', 'c1', '--profile-file', '', '--role-arn='])
    expect(exitCode, 'what the Go tool has').to.equal(0)
  })

  it('says which word is no command, where it is nearly one, also with flags', async () => {
    for (const [line, complaint, meant] of [
      ['credential-plugin get-tokn', 'unknown command of credential-plugin: get-tokn', 'credential-plugin get-token'],
      [
        'credential-plugin get-tokn -c c1',
        'unknown command of credential-plugin: get-tokn',
        'credential-plugin get-token',
      ],
      [
        'credential-plugin -c c1 get-tokn',
        'unknown command of credential-plugin: get-tokn',
        'credential-plugin get-token',
      ],
      ['-y rrsa veryfy -n x', 'unknown command of rrsa: veryfy', 'rrsa verify'],
      ['docter', 'unknown command: docter', 'doctor'],
      ['docter --offline', 'unknown command: docter', 'doctor'],
    ] as const)
      expect(await refused(words(line), complaint), line).to.contain(`did you mean ${meant}? `)
    await refused(words('credential-plugin topsecret -c c1'), 'unknown command of credential-plugin')
  })

  it('says that an argument behind a whole command is one too many, whatever flags stand between', async () => {
    for (const [command, takesCluster] of [
      ['doctor', true],
      ['update-kubeconfig', true],
      ['credential-plugin get-token', true],
      ['rrsa status', true],
      ['list-clusters', false],
      ['config path', false],
    ] as const) {
      const help = `ack-ram-tool ${command === 'update-kubeconfig' ? `credential-plugin ${command}` : command} --help\``
      const asFlag = 'pass a cluster as --cluster-id; '
      for (const line of [`${command} topsecret`, `${command} -y topsecret`, `-y ${command} topsecret`])
        expect(await refused(words(line), 'unexpected argument'), line)
          .to.contain(`Next: ${takesCluster ? asFlag : ''}see \`${help}`)
          .and.not.contain('topsecret')
      if (takesCluster)
        expect(await refused(words(`${command} -c c1 topsecret`), 'unexpected argument')).to.contain(
          `Next: see \`${help}`,
        )
    }
  })

  it('takes a word that may be the command of a topic for a mistyped one', async function () {
    // An executable has no plugins.
    if (STANDALONE) this.skip()
    expect(await refused(words('plugins instal'), 'unknown command: plugins instal')).to.contain('plugins install')
  })

  it('never echoes a stray argument, in lower case neither', async () => {
    for (const [line, complaint] of [
      ['credential-plugin topsecret', 'unknown command of credential-plugin'],
      ['credential-plugin topsecret get-token', 'unknown command of credential-plugin'],
      ['topsecret', 'unknown command'],
      ['topsecret:topsecret', 'unknown command'],
      ['help topsecret', 'unknown command'],
      ['autocomplete topsecret', 'invalid argument; use one of: zsh, bash, powershell'],
      ['credential-plugin get-token -c c1 topsecret', 'unexpected argument'],
      ['credential-plugin get-token -c c1 -- topsecret', 'unexpected argument'],
      ['credential-plugin get-token -ptopsecret', 'unknown flag'],
      ['--nope topsecret credential-plugin get-token', 'unknown flag: --nope'],
      ['list-clusters --nope=topsecret', 'unknown flag: --nope'],
    ] as const)
      expect(await refused(words(line), complaint), line).not.to.contain('topsecret')
  })

  /** What a command needs besides a cluster. */
  const NEEDED: Readonly<Record<string, readonly string[]>> = {
    completion: ['fish'],
    'credential-plugin inspect-token': ['--from-exec'],
    doctor: ['--offline'],
  }

  describe('may hold any global flag of the Go tool before, between and behind the words of', () => {
    let cloud: ClusterWorld
    let flags: readonly (readonly string[])[]

    before(async () => {
      cloud = await startClusterWorld()
      const file = await home.write('own.json', {profiles: [{name: 'own', mode: 'AK', ...PAIR}]})
      flags = [
        ['-y'],
        ['--credential-type', 'auto'],
        ['--cs-endpoint', cloud.cs.endpoint],
        ['--ignore-aliyun-cli-credentials=true'],
        ['--ignore-env-credentials'],
        ['--log-level', 'Warning'],
        ['--profile-file', file],
        ['--profile-name=own'],
        ['--ram-endpoint', 'ram.aliyuncs.com'],
        ['--region-id', 'cn-hangzhou'],
        ['--sts-endpoint', cloud.sts.endpoint],
        ['-v=0'],
      ]
    })
    after(() => cloud.close())

    for (const [command, options] of Object.entries<OptionDefinitions>(ALL_COMMAND_OPTIONS)) {
      const [topic = '', ...name] = words(command)
      // These ask services that are not here: a metadata service, RAM, an API server.
      if (['utils', 'rbac', 'rrsa'].includes(topic)) continue
      // It refuses what cannot say what to remove.
      if (options === CLEAR_OPTIONS) continue
      it(command, async () => {
        const own = [...('cluster-id' in options ? ['-c', CLUSTER_ID] : []), ...(NEEDED[command] ?? [])]
        for (const line of [
          [...flags.flat(), topic, ...name, ...own],
          [...flags.slice(0, 6).flat(), topic, ...flags.slice(6).flat(), ...name, ...own],
          [topic, ...name, ...own, ...flags.flat()],
        ]) {
          const {stdout, stderr, exitCode} = await run(line, {})
          // What it finds to warn of depends on the machine.
          const isGood = exitCode === 0 || (command === 'doctor' && [10, 11].includes(exitCode ?? 0))
          expect({stderr, isGood}, line.join(' ')).to.deep.equal({stderr: '', isGood: true})
          expect(stdout, line.join(' ')).not.to.equal('')
        }
      })
    }
  })

  it('may hold any global flag for commands that do without it', async () => {
    const given = Object.entries<OptionDefinition>(GLOBAL_OPTIONS).map(([name, {kind, ...definition}]) => {
      if (kind === 'boolean') return `--${name}=true`
      const {values, default: usual} = definition as {values?: readonly string[]; default?: string}
      return `--${name}=${values?.[0] ?? usual ?? 'x'}`
    })
    expect((await run(['help', ...given, 'list-clusters'])).exitCode).to.equal(0)
    expect((await run([...given, 'autocomplete', '-y', 'script', '--log-level', 'error', 'zsh'])).exitCode).to.equal(0)
    expect((await run(['help', '--log-level', 'loud', 'list-clusters'])).exitCode).to.equal(2)
    for (const env of ['ACK_RAM_TOOL_RAM_ENDPOINT', 'RAM_ENDPOINT']) {
      const {exitCode} = await run(['credential-plugin', 'get-token', '-c', 'c1'], {...ENV, [env]: 'http://nowhere/x'})
      expect(exitCode, env).to.equal(0)
    }
  })

  it('counts an empty variable as none, whichever it is', async () => {
    const ofOptions = Object.values<OptionDefinitions>({...ALL_COMMAND_OPTIONS, global: GLOBAL_OPTIONS})
      .flatMap((options) => Object.values(options))
      .flatMap(({env}) => env)
    const others = words(
      `PROFILE CREDENTIALS_FILE CONFIG_FILE IGNORE_PROFILE ROLE_ARN OIDC_PROVIDER_ARN OIDC_TOKEN_FILE STS_REGION
       CREDENTIALS_URI ECS_METADATA ECS_METADATA_DISABLED IMDS_ENDPOINT IMDSV1_DISABLED IMDSV2_DISABLED SECURITY_TOKEN
       STS_HTTP_SCHEME DISABLE_EXTERNAL_PROCESS VPC_ENDPOINT_ENABLED`.replaceAll(/\s+/g, ' '),
    ).flatMap((name) => [`ALIBABA_CLOUD_${name}`, `ALIBABACLOUD_${name}`, `ALICLOUD_${name}`])
    const ofOthers = [
      'KUBERNETES_EXEC_INFO',
      'DEBUG',
      'HTTPS_PROXY',
      'NO_PROXY',
      'SSL_CERT_FILE',
      'KUBECONFIG',
      'NO_COLOR',
    ]
    const empty = Object.fromEntries([...ofOptions, ...others, ...ofOthers, 'SECURITY_TOKEN'].map((name) => [name, '']))
    for (const line of ['credential-plugin get-token -c c1', 'credential-plugin get-token -c c1 --token-version v1'])
      expect((await run(words(line), {...empty, ...ENV})).exitCode, line).to.equal(0)
    expect(await run(['credential-plugin', 'get-token'], {...empty, ...ENV})).to.deep.equal(
      await run(['credential-plugin', 'get-token']),
    )
    expect(await run(['credential-plugin', 'get-token', '-c', 'c1'], empty)).to.deep.equal(
      await run(['credential-plugin', 'get-token', '-c', 'c1'], {}),
    )
  })

  it("finds a plugin's command among flags too, and gives it its own", async function () {
    if (STANDALONE) this.skip()
    const source = `module.exports = class {
  static flags = {}; static args = {}; static aliases = []; static hiddenAliases = []
  static async run(argv) { process.stdout.write(JSON.stringify(argv)) }
}`
    const flags = {
      language: {name: 'language', char: 'l', type: 'option', hasDynamicHelp: false},
      loud: {name: 'loud', char: 'v', type: 'boolean', allowNo: false},
    }
    const own = await makeHome()
    await installPlugins(own, [commandPlugin('greeter', {id: 'greet:all', source, flags})])
    const greeted = async (line: string): Promise<CliResult> =>
      runCliProcess(words(line), {home: own.dir, env: {ACK_RAM_TOOL_LOG_LEVEL: 'error'}})
    for (const [line, argv] of [
      ['greet all', []],
      ['greet -l all all', ['-l', 'all']],
      ['-v greet --language=de -y all x', ['-v', '--language=de', 'x']],
      ['--language -y greet --log-level error all --help=false -- -y', ['--language', '-y', '--', '-y']],
    ] as const)
      expect(await greeted(line), line).to.deep.equal({stderr: '', stdout: JSON.stringify(argv), exitCode: 0})
    expect(await greeted('greet -l all')).to.deep.include({stdout: '', exitCode: 2})
    await own.remove()
  })
})
