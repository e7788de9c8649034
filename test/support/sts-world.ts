import {expect} from 'chai'

import {authenticate} from '../local-cloud/authenticator.ts'
import {startLocalSts, type LocalSts} from '../local-cloud/sts.ts'
import {CLI_CONFIG, makeHome, type TestHome} from './home.ts'
import {runCli, type CliResult} from './run-cli.ts'

export const CLUSTER_ID = 'c1'
export const USER = {
  accessKeyId: 'LTAI-user',
  accessKeySecret: 'SECRET-of-user',
  arn: 'acs:ram::1:user/alice',
  accountId: '1',
}
export const SESSION = {
  accessKeyId: 'STS.session',
  accessKeySecret: 'SECRET-of-session',
  securityToken: 'SECRET-token-of-session',
  arn: 'acs:ram::1:assumed-role/dev/laptop',
  accountId: '1',
}
export const FIRST = 'acs:ram::1:role/first'
export const LAST = 'acs:ram::1:role/last'
export const POD = 'acs:ram::1:role/pod'
export const PROVIDER = 'acs:ram::1:oidc-provider/ack-rrsa'
export const OIDC_TOKEN = 'SECRET-oidc-token'
/** A token as Kubernetes makes it for a pod: at each renewal the text is another one, and the claims are the same. */
export const podToken = (subject: string, renewal: number): string => {
  const claims = {iss: 'https://oidc.example', sub: subject, aud: ['sts.aliyuncs.com'], iat: renewal}
  return `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.SECRET-signature`
}
const POD_TOKENS = [podToken('a', 1), podToken('a', 2), podToken('b', 1)]
export const USER_ENV = {
  ALIBABA_CLOUD_ACCESS_KEY_ID: USER.accessKeyId,
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: USER.accessKeySecret,
}
/** The user's AccessKey as a profile has it. */
export const PAIR = {access_key_id: USER.accessKeyId, access_key_secret: USER.accessKeySecret}

/** A secret of these tests, or one that the local STS has made. */
export const SHOWN_SECRET = /SECRET[-+]/

/** An STS with two identities and a few roles, a home directory, and get-token with the two. New for each test. */
export interface StsWorld {
  readonly home: TestHome
  readonly sts: LocalSts
  /** The arguments of get-token, for the token alone. */
  readonly getToken: (args: readonly string[]) => readonly string[]
  readonly run: (args: readonly string[], env?: Record<string, string>) => Promise<CliResult>
  /** The ARN that the cluster sees; all must have gone well. */
  readonly whoAmI: (args: readonly string[], env?: Record<string, string>) => Promise<string>
  /** The calls that STS had, but for those that asked who it is. */
  readonly assumed: () => readonly object[]
  /** Writes config.json with one profile. */
  readonly writeProfile: (fields: object) => Promise<string>
}

/** Makes one before each test of the block, and checks after each that no security token stood in a URL. */
export const useStsWorld = (): StsWorld => {
  let home: TestHome
  let sts: LocalSts

  beforeEach(async () => {
    home = await makeHome()
    sts = await startLocalSts({
      identities: [USER, SESSION],
      roles: [{arn: FIRST}, {arn: LAST, externalId: 'right-id'}],
      oidc: [OIDC_TOKEN, ...POD_TOKENS].map((token) => ({providerArn: PROVIDER, token, roleArn: POD})),
    })
  })
  afterEach(async () => {
    for (const request of sts.requests) expect(request, 'a security token in a URL').not.to.have.property('tokenInUrl')
    await sts.close()
    await home.remove()
  })

  const getToken: StsWorld['getToken'] = (args) => [
    'credential-plugin',
    'get-token',
    `--cluster-id=${CLUSTER_ID}`,
    '--token-only',
    `--sts-endpoint=${sts.endpoint}`,
    ...args,
  ]
  const run: StsWorld['run'] = (args, env = {}) => runCli(getToken(args), {home: home.dir, env})
  return {
    get home() {
      return home
    },
    get sts() {
      return sts
    },
    getToken,
    run,
    whoAmI: async (args, env = {}) => {
      const {stdout, stderr, exitCode} = await run(args, env)
      expect({stderr, exitCode}).to.deep.equal({stderr: '', exitCode: 0})
      return (await authenticate(stdout.trim(), {clusterId: CLUSTER_ID, sts})).arn
    },
    assumed: () => sts.requests.filter(({action}) => action !== 'GetCallerIdentity'),
    writeProfile: (fields) => home.write(CLI_CONFIG, {current: 'p', profiles: [{name: 'p', ...fields}]}),
  }
}
