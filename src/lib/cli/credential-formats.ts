import {AckError} from '../base/errors.ts'
import {formatTimestamp} from '../signing/timestamp.ts'
import type {CredentialExport} from '../use-cases/export-credentials.ts'
import {dotenvLine, exportLine, removeLine, type ShellName} from './shell-assignments.ts'

type Formatter = (exported: CredentialExport) => string

/** How long a reader of a format that demands an end may keep an AccessKey, which has none, in milliseconds. */
const ASK_AGAIN_AFTER_MS = 10 * 60_000

/** What the aliyun CLI reads from the process of its mode External. */
const profileJson: Formatter = ({credentials}) => {
  const {accessKeyId, accessKeySecret, securityToken, expiration} = credentials
  return json({
    mode: securityToken ? 'StsToken' : 'AK',
    access_key_id: accessKeyId,
    access_key_secret: accessKeySecret.reveal(),
    ...(securityToken ? {sts_token: securityToken.reveal()} : {}),
    ...(securityToken && expiration ? {sts_expiration: Math.floor(expiration.getTime() / 1000)} : {}),
  })
}

/** What the ECS metadata service answers, and a credentials URI. */
const metadataJson: Formatter = ({credentials, now}) => {
  const {accessKeyId, accessKeySecret, securityToken, expiration} = credentials
  return json({
    Code: 'Success',
    AccessKeyId: accessKeyId,
    AccessKeySecret: accessKeySecret.reveal(),
    SecurityToken: securityToken?.reveal() ?? '',
    Expiration: formatTimestamp(expiration ?? new Date(now.getTime() + ASK_AGAIN_AFTER_MS)),
  })
}

const ini: Formatter = ({credentials: {accessKeyId, accessKeySecret, securityToken}}) => {
  const token = securityToken?.reveal()
  return lines([
    '[default]',
    'enable = true',
    `type = ${token === undefined ? 'access_key' : 'sts'}`,
    `access_key_id = ${accessKeyId}`,
    `access_key_secret = ${accessKeySecret.reveal()}`,
    // Alibaba Cloud's SDKs read the first name, the Go tool the second.
    ...(token === undefined ? [] : [`security_token = ${token}`, `sts_token = ${token}`]),
  ])
}

const inShell =
  (shell: ShellName): Formatter =>
  ({groups, stale}) =>
    lines([
      ...stale.map((name) => removeLine(shell, name)),
      ...groups.flatMap(({title, variables}) => [
        `# ${title}`,
        ...variables.map(([name, value]) => exportLine(shell, name, value)),
      ]),
    ])

const dotenv: Formatter = ({groups}) =>
  lines(groups.flatMap(({variables}) => variables.map(([name, value]) => dotenvLine(name, value))))

/** By the values of `--format`; the Go tool has two names for most. */
export const CREDENTIAL_FORMATS = {
  'aliyun-cli-config-json': profileJson,
  'aliyuncli-json': profileJson,
  'aliyun-cli-uri-json': metadataJson,
  'aliyuncli-uri': metadataJson,
  'ecs-metadata-json': metadataJson,
  ecs: metadataJson,
  'credential-file-ini': ini,
  ini,
  'environment-variables': inShell('sh'),
  env: inShell('sh'),
  fish: inShell('fish'),
  powershell: inShell('powershell'),
  dotenv,
} as const satisfies Readonly<Record<string, Formatter>>

export type CredentialFormat = keyof typeof CREDENTIAL_FORMATS

/** Members indented by two blanks and the closing brace by one, as the Go tool writes it. */
const json = (object: object): string => `${JSON.stringify(object, undefined, 2).replace(/\}$/, ' }')}\n`

/**
 * Lines for a program that takes them for settings or runs them: none may become two, whatever a value holds, nor have a
 * character that some reader takes for the end of a line or a quotation mark.
 */
const lines = (texts: readonly string[]): string => {
  if (texts.every((text) => /^[\u0020-\u007E]*$/.test(text))) return `${texts.join('\n')}\n`
  throw new AckError(
    'CredentialsInvalid',
    'the credentials contain a line break or another character that this format cannot hold',
    'get new credentials, or choose a format of JSON',
  )
}
