/** The pictures of `docs/pictures`. */
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

import {drawSequence} from './sequence.ts'
import {drawTerminal} from './terminal.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

const TOKEN = {
  en: {
    title: 'How kubectl logs in with a token: the API server never sees the AccessKey, and STS says who signed',
    parties: ['kubectl', 'ack-ram-tool', 'API server', 'authenticator', 'STS'],
    texts: [
      'runs get-token',
      'signs a request to STS, without sending it',
      'token: that request',
      'request with the token',
      'who is this?',
      'the signed request',
      'the RAM identity',
      'its Kubernetes user',
      'answer, by RBAC',
    ],
  },
  zh: {
    title: 'kubectl 如何使用令牌登录：API Server 从不接触 AccessKey，由 STS 确认签名者的身份',
    parties: ['kubectl', 'ack-ram-tool', 'API Server', 'authenticator', 'STS'],
    texts: [
      '运行 get-token',
      '对 STS 请求签名，但不发送',
      '令牌就是已签名的请求',
      '携带令牌的请求',
      '这是谁？',
      '发送已签名的请求',
      '返回 RAM 身份',
      '返回映射的 Kubernetes 用户',
      '根据 RBAC 返回结果',
    ],
  },
} as const
const WAY: readonly (readonly [from: number, to: number])[] = [
  [0, 1],
  [1, 1],
  [1, 0],
  [0, 2],
  [2, 3],
  [3, 4],
  [4, 3],
  [3, 2],
  [2, 0],
]

const tokenLogin = ({title, parties, texts}: (typeof TOKEN)[keyof typeof TOKEN]): string =>
  drawSequence({title, parties, steps: WAY.map(([from, to], index) => ({from, to, text: texts[index] ?? ''}))})

/** What doctor prints in a test, where the services are local ones, as it is for a user. */
const DOCTOR_ELSEWHERE: readonly (readonly [RegExp, string])[] = [
  [/VERSION/g, '0.1.0, npm package'],
  [/(STS|GetCallerIdentity) at 127\.0\.0\.1:PORT/g, '$1 at sts.aliyuncs.com'],
  [/Container Service at 127\.0\.0\.1:PORT/g, 'Container Service at cs.aliyuncs.com'],
  [/127\.0\.0\.1:PORT/g, '203.0.113.10:6443'],
  [/certificate of local-cloud, valid until TIME/g, 'certificate of 203.0.113.10, valid until 2028-01-02'],
  [/N ms/g, '41 ms'],
  [/within N s/g, 'within 1 s'],
  [/exit code \d+\n/g, ''],
]

const doctor = (): string => {
  const printed = readFileSync(join(ROOT, 'test/fixtures/diagnosis/no-mapping.txt'), 'utf8')
  const shown = DOCTOR_ELSEWHERE.reduce((text, [from, to]) => text.replaceAll(from, to), printed)
  return drawTerminal(
    'ack-ram-tool doctor finds that the cluster has no RAMIdentityMapping for the user, and says what to do',
    `$ ack-ram-tool doctor --context production\n${shown}`,
  )
}

/** By the name of the file. */
export const allPictures = (): ReadonlyMap<string, string> =>
  new Map([
    ['token-login.svg', tokenLogin(TOKEN.en)],
    ['token-login.zh.svg', tokenLogin(TOKEN.zh)],
    ['doctor.svg', doctor()],
  ])
