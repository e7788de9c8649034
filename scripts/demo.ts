/**
 * The main job without an account: get-token signs with made-up credentials, and an embedded STS, which knows them,
 * checks the token as a cluster's ack-ram-authenticator does.
 */
import {execFile} from 'node:child_process'
import {tmpdir} from 'node:os'
import {promisify} from 'node:util'

import {authenticate} from '../test/local-cloud/authenticator.ts'
import {startLocalSts} from '../test/local-cloud/sts.ts'
import {cliEnvironment, LAUNCHER} from '../test/support/run-cli.ts'

const CLUSTER_ID = 'c0123456789abcdef0123456789abcdef'
const IDENTITY = {
  accessKeyId: 'LTAI-demo',
  accessKeySecret: 'demo-secret-of-no-account',
  arn: 'acs:ram::1234567890123456:user/demo',
  accountId: '1234567890123456',
}

const demo = async (): Promise<void> => {
  const sts = await startLocalSts({identities: [IDENTITY]})
  try {
    const args = ['credential-plugin', 'get-token', '--cluster-id', CLUSTER_ID]
    console.log(`$ ack-ram-tool ${args.join(' ')}`)
    const {stdout} = await promisify(execFile)(process.execPath, [LAUNCHER, ...args], {
      // Nothing of the caller's own environment: it may hold real credentials.
      env: cliEnvironment(tmpdir(), {
        ALIBABA_CLOUD_ACCESS_KEY_ID: IDENTITY.accessKeyId,
        ALIBABA_CLOUD_ACCESS_KEY_SECRET: IDENTITY.accessKeySecret,
      }),
    })
    console.log(stdout)
    const {status} = JSON.parse(stdout) as {status: {token: string}}
    const identity = await authenticate(status.token, {clusterId: CLUSTER_ID, sts})
    console.log(`The server says you are ${identity.arn}, of account ${identity.accountId}.`)
  } finally {
    await sts.close()
  }
}

await demo()
