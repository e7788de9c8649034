import {expect} from 'chai'

import {startMetadataServer} from '../local-cloud/metadata-server.ts'
import {CREDENTIALS_INI} from '../support/home.ts'
import {runCli, runCliProcess, type CliResult} from '../support/run-cli.ts'
import {FIRST, PAIR, SHOWN_SECRET, USER, USER_ENV, useStsWorld} from '../support/sts-world.ts'

/**
 * Command lines that stand in scripts, pipelines and documentation of the Go tool, as they are written there: what they
 * print must begin or match as it did.
 */
describe('a command line of the Go tool', () => {
  const world = useStsWorld()

  const words = (line: string): string[] => line.split(' ').filter(Boolean)
  const run = (line: string, env: Record<string, string> = USER_ENV): Promise<CliResult> =>
    // What a command prints does not pass through the process that has run others.
    (line.includes(' -- ') ? runCliProcess : runCli)(words(line), {
      home: world.home.dir,
      env: {...env, ALIBABA_CLOUD_STS_ENDPOINT: world.sts.endpoint, PATH: process.env['PATH'] ?? ''},
    })

  const AK_JSON = /^\{\n {2}"mode": "AK",\n {2}"access_key_id": "LTAI-user",\n {2}"access_key_secret": "\S+"\n \}\n$/
  const URI_JSON = /^\{\n {2}"Code": "Success",\n {2}"AccessKeyId": "LTAI-user",[^]*"SecurityToken": "",[^]*\n \}\n$/
  const INI = /^\[default\]\nenable = true\ntype = access_key\naccess_key_id = LTAI-user\naccess_key_secret = \S+\n/
  const ENV = /^# for aliyun cli:\nexport ALIBABACLOUD_ACCESS_KEY_ID=/
  const WHOAMI =
    /^AccountId {5}1\nIdentityType {2}RAMUser\nUserId {8}1\nUserName {6}alice\nArn {11}acs:ram::1:user\/alice\nPrincipalId {3}1\n/

  const lines: readonly (readonly [string, RegExp])[] = [
    ['auth whoami', WHOAMI],
    ['--log-level error auth whoami -v=false', WHOAMI],
    ['auth --region-id cn-hangzhou whoami', WHOAMI],
    [
      `auth whoami --role-arn ${FIRST}`,
      /^AccountId {5}1\nIdentityType {2}AssumedRoleUser\nRoleId {8}\S+\nRoleName {6}first\nArn {11}acs:ram::1:role\/first\n/,
    ],
    ['export-credentials', AK_JSON],
    ['export-credentials -f aliyun-cli-config-json', AK_JSON],
    ['export-credentials -f aliyuncli-json', AK_JSON],
    ['export-credentials --format=aliyun-cli-uri-json', URI_JSON],
    ['export-credentials --format aliyuncli-uri', URI_JSON],
    ['export-credentials -fecs-metadata-json', URI_JSON],
    ['-y export-credentials -f ecs', URI_JSON],
    ['export-credentials -f credential-file-ini', INI],
    ['export-credentials -f ini', INI],
    ['export-credentials -f environment-variables', ENV],
    ['export-credentials -f env', ENV],
    ['export-credentials -f environment-variables -- env', /^ALIYUN_LOG_CLI_ACCESSID=LTAI-user$/m],
    ['export-credentials -f env -- sh -c env', /^ALIBABACLOUD_IGNORE_PROFILE=TRUE$/m],
    ['version', /^Version: {5}\S+\nGitCommit:/],
    ['version --log-level debug', /^Version: {5}\S+\nGitCommit:/],
    ['completion bash', /complete .*ack-ram-tool/],
    ['completion zsh', /^#compdef ack-ram-tool\n/],
    ['completion fish', /^complete -c ack-ram-tool/m],
    ['completion powershell --no-descriptions', /Register-ArgumentCompleter/],
    ['completion', /completion bash\|zsh\|fish\|powershell/],
    ['__complete get-token ', /^$/],
    ['__completeNoDesc credential-plugin get-token --pro', /^$/],
    ['auth', /auth whoami/],
    ['utils', /utils test-ecs-metadata/],
    ['utils --help', /test-ecs-metadata/],
  ]
  for (const [line, expected] of lines)
    it(line, async function () {
      if (process.platform === 'win32' && line.includes(' -- ')) this.skip()
      const {stdout, stderr, exitCode} = await run(line)
      expect({stderr: stderr.replaceAll(/^\S+ debug: .*\n/gm, ''), exitCode}).to.deep.equal({stderr: '', exitCode: 0})
      expect(stdout).to.match(expected)
    })

  it('utils test-ecs-metadata --no-loop, which asks the metadata service and nothing else', async () => {
    const metadata = await startMetadataServer({
      role: {name: 'node', credentials: world.sts.issue('acs:ram::1:assumed-role/node/i-1')},
    })
    try {
      const {stdout, exitCode} = await run('utils test-ecs-metadata --no-loop', {
        ...USER_ENV,
        ALIBABA_CLOUD_IMDS_ENDPOINT: metadata.endpoint,
      })
      expect({exitCode, isGood: stdout.endsWith('success\n')}).to.deep.equal({exitCode: 0, isGood: true})
      expect(stdout).not.to.match(SHOWN_SECRET)
      expect(metadata.requests).to.have.length(3)
    } finally {
      await metadata.close()
    }
  })

  it('aliyuncli-json by a profile of either file, as process_command runs it', async () => {
    await world.home.write(CREDENTIALS_INI, await run('export-credentials -f ini').then(({stdout}) => stdout))
    const {stdout} = await run('export-credentials -f aliyuncli-json --ignore-env-credentials', {})
    expect(JSON.parse(stdout)).to.deep.equal({mode: 'AK', ...PAIR})
    const path = await world.home.write(
      'other.ini',
      `[default]\ntype = access_key\naccess_key_id = ${USER.accessKeyId}\naccess_key_secret = SECRET-other\n`,
    )
    const other = await run(`export-credentials --profile-file ${path}`)
    expect(JSON.parse(other.stdout)).to.include({access_key_secret: 'SECRET-other'})
  })
})
