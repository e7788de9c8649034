import {EXTRA_KEY_PREFIX} from '../token/extra-key-prefix.ts'
import {isAcceptedStsHost} from '../token/token-v1.ts'
import {GET_CALLER_IDENTITY, STS_WINDOW_MS} from '../transport/sts-api.ts'
import {asShown, fail, pass, unknown, type Check, type Server} from './check.ts'
import type {SignedRequest} from './signed-request.ts'

const MAKE_ANOTHER = 'get a new token by `ack-ram-tool credential-plugin get-token`'

const namesOf = (names: Iterable<string>): string => [...names].map(asShown).join(', ')

/** The checks of the server: at one that fails it ends, and does not ask STS. */
export const serverChecks = (request: SignedRequest, server: Server): readonly Check[] => [
  ...(request.version === 'v1' ? [addressCheck(request)] : []),
  clusterCheck(request.clusterId, server.clusterId),
  actionCheck(request.action),
  request.version === 'v1' ? parametersCheck(request) : queryCheck(request),
  ...unsendableChecks(request),
]

/** The checks of STS that need no call. */
export const stsChecks = (request: SignedRequest, {now}: Server): readonly Check[] => [
  ...(request.version === 'v1' || unsendableChecks(request).length > 0 ? [] : [headersCheck(request)]),
  dateCheck(request.signedAt, now),
  kindCheck(request),
]

const addressCheck = ({address}: SignedRequest): Check => {
  const {protocol = '', host = '', pathname = ''} = address ?? {}
  if (protocol === 'https:' && isAcceptedStsHost(host) && pathname === '/') return pass('address', `https, ${host}`)
  return fail(
    'address',
    `${protocol.slice(0, -1)}, ${asShown(host)}: authenticators take https and sts[.<region>].aliyuncs.com alone`,
    'remove --sts-endpoint, and get a new token',
  )
}

const clusterCheck = (signed: string, own: string | undefined): Check => {
  const shown = JSON.stringify(asShown(signed))
  if (signed === '') return fail('cluster id', 'there is none', MAKE_ANOTHER)
  if (own === undefined) return unknown('cluster id', `${shown}, not compared`, "pass the server's with --cluster-id")
  if (signed === own) return pass('cluster id', shown)
  const how = signed.toLowerCase() === own.toLowerCase() ? 'only upper and lower case differ' : 'another cluster'
  return fail(
    'cluster id',
    `${shown}, and the server is ${JSON.stringify(own)}: ${how}`,
    'write the cluster ID into the exec entry as `ack-ram-tool list-clusters` shows it',
  )
}

const actionCheck = (action: string): Check =>
  action === GET_CALLER_IDENTITY
    ? pass('action', action)
    : fail('action', `${JSON.stringify(asShown(action))} instead of ${GET_CALLER_IDENTITY}`, MAKE_ANOTHER)

const queryCheck = ({query}: SignedRequest): Check => {
  const extra = [...query.keys()].filter((name) => name.toLowerCase() !== 'ackclusterid')
  if (extra.length === 0) return pass('query keys', namesOf(query.keys()) || 'none')
  return unknown(
    'query keys',
    `also ${namesOf(extra)}: open-source authenticators drop these, and STS then answers SignatureDoesNotMatch`,
    `unset ${EXTRA_KEY_PREFIX}, unless your authenticator wants them`,
  )
}

const PARAMETERS = [
  'AccessKeyId',
  'Action',
  'ClusterId',
  'Format',
  'Signature',
  'SignatureMethod',
  'SignatureNonce',
  'SignatureVersion',
  'Timestamp',
  'Version',
]

const parametersCheck = ({query, repeated}: SignedRequest): Check => {
  const missing = PARAMETERS.filter((name) => !query.get(name))
  const extra = [...query.keys()].filter((name) => !PARAMETERS.includes(name) && name !== 'SecurityToken')
  const faults = [
    ...(missing.length > 0 ? [`without ${missing.join(', ')}`] : []),
    ...(extra.length > 0 ? [`with ${namesOf(extra)}, which no server accepts`] : []),
    ...(repeated.length > 0 ? [`with ${namesOf(repeated)} more than once`] : []),
  ]
  return faults.length === 0 ? pass('parameters', 'each once') : fail('parameters', faults.join('; '), MAKE_ANOTHER)
}

/** What the server passes on to STS; all else is dropped. */
const LISTED: ReadonlySet<string> = new Set([
  'x-acs-action',
  'x-acs-version',
  'authorization',
  'x-acs-signature-nonce',
  'x-acs-date',
  'x-acs-content-sha256',
  'x-acs-content-sm3',
  'x-acs-security-token',
  'ackclusterid',
])

/** Whether the server passes a header or a query key on to STS. */
export const isPassedOn = (name: string): boolean => LISTED.has(name.toLowerCase())

/** Nothing for headers that can be sent: Go sends all but control characters. */
const unsendableChecks = ({headers}: SignedRequest): readonly Check[] => {
  const names = [...headers].filter(([name, value]) => isPassedOn(name) && UNSENDABLE.test(value))
  if (names.length === 0) return []
  const why = `${namesOf(names.map(([name]) => name))} has a line break or another character that no header can have`
  return [fail('headers', `${why}: the server cannot send it`, MAKE_ANOTHER)]
}

// oxlint-disable-next-line no-control-regex -- these are what is looked for
const UNSENDABLE = /[\u0000-\u0008\u000A-\u001F\u007F]/

const headersCheck = ({headers, signedHeaders, accessKeyId}: SignedRequest): Check => {
  const missing = ['authorization', 'x-acs-version', 'x-acs-date', ...signedHeaders].filter(
    (name) => !headers.has(name),
  )
  if (missing.length > 0) return fail('headers', `without ${namesOf(new Set(missing))}`, MAKE_ANOTHER)
  if (accessKeyId === '')
    return fail('headers', 'the Authorization is not one of ACS3-HMAC-SHA256: IncompleteSignature', MAKE_ANOTHER)
  const dropped = signedHeaders.filter((name) => !isPassedOn(name))
  if (dropped.length > 0) return fail('headers', `${namesOf(dropped)} is signed, and the server drops it`, MAKE_ANOTHER)
  return pass('headers', `signed: ${namesOf(signedHeaders)}`)
}

const dateCheck = (text: string, now: Date): Check => {
  const date = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) ? new Date(text) : undefined
  if (!date || Number.isNaN(date.getTime()))
    return fail('date', 'it is not of the form YYYY-MM-DDTHH:MM:SSZ', MAKE_ANOTHER)
  const age = now.getTime() - date.getTime()
  const shown = `${text}, ${duration(Math.abs(age))} ${age < 0 ? 'ahead of' : 'behind'} this machine's clock`
  if (Math.abs(age) <= STS_WINDOW_MS) return pass('date', `${shown}; STS accepts 15 minutes`)
  if (age < 0)
    return fail(
      'date',
      `${shown}: InvalidTimeStamp.Expired`,
      'set the clock of the machine that made it, or of this one, by NTP',
    )
  return fail(
    'date',
    `${shown}: InvalidTimeStamp.Expired`,
    'get a new token; if it is new, set the clock of the machine that made it by NTP',
  )
}

const duration = (ms: number): string => {
  const seconds = Math.round(ms / 1000)
  if (seconds < 120) return `${seconds} s`
  return seconds < 7200 ? `${Math.round(seconds / 60)} minutes` : `${Math.round(seconds / 3600)} hours`
}

const kindCheck = ({accessKeyId, securityToken}: SignedRequest): Check => {
  if (accessKeyId === '') return fail('credentials', 'there is no AccessKey ID: IncompleteSignature', MAKE_ANOTHER)
  const isOfSession = accessKeyId.startsWith('STS.')
  if (isOfSession && !securityToken)
    return fail(
      'credentials',
      `${asShown(accessKeyId)} is of a session, and there is no security token: MissingSecurityToken`,
      'store the security token beside the AccessKey ID and secret',
    )
  if (!securityToken) return pass('credentials', `AccessKey ${asShown(accessKeyId)}`)
  const shown = `session ${asShown(accessKeyId)}, security token of ${securityToken.length} characters`
  if (isOfSession) return pass('credentials', shown)
  return unknown(
    'credentials',
    `${shown}: most session AccessKey IDs begin with STS.; if it is a plain one, STS answers InvalidSecurityToken.MismatchWithAccessKey`,
    'check the security token, or unset it (ALIBABA_CLOUD_SECURITY_TOKEN)',
  )
}
