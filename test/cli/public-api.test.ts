import {spawn} from 'node:child_process'
import {fileURLToPath} from 'node:url'

import {expect} from 'chai'

import {startLocalSts} from '../local-cloud/sts.ts'
import {cliEnvironment} from '../support/run-cli.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** What a program that depends on this package would do: import it by name, and hand a source to an SDK client. */
const PROGRAM = `
  import sts from '@alicloud/sts20150401'
  import {Secret, sdkCredential} from 'ack-ram-tool'

  const source = {
    description: 'a source of my own',
    load: async () => ({accessKeyId: 'STS.1', accessKeySecret: new Secret('SECRET-1'), securityToken: new Secret('SECRET-2')}),
  }
  const credential = await sdkCredential(source)
  const client = new sts.default({credential, endpoint: process.env.STS_HOST, protocol: 'http'})
  const {body} = await client.getCallerIdentity()
  console.log(body.arn, credential.getType())
`

const runProgram = (env: Record<string, string>): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM], {
      cwd: ROOT,
      env: cliEnvironment('/nowhere', env),
    })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text))
    child.once('error', reject)
    child.once('close', () => resolve(output))
  })

describe('the package, imported by name', () => {
  it("lets Alibaba Cloud's own SDK call STS with the credentials of a source", async () => {
    const arn = 'acs:ram::1:assumed-role/dev/session'
    const identity = {accessKeyId: 'STS.1', accessKeySecret: 'SECRET-1', securityToken: 'SECRET-2', arn, accountId: '1'}
    const sts = await startLocalSts({identities: [identity]})
    try {
      expect(await runProgram({STS_HOST: new URL(sts.endpoint).host})).to.equal(
        `${arn} ack-ram-tool: a source of my own\n`,
      )
    } finally {
      await sts.close()
    }
  })
})
