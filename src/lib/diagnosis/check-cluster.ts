import {isIP} from 'node:net'

import {urlBelow} from '../api-server/api-call.ts'
import {isJsonObject, parseJsonObject} from '../base/json-object.ts'
import {Secret} from '../base/secret.ts'
import {canonicalArn, type CallerIdentity} from '../caller/caller-identity.ts'
import {readCertificateOptions} from '../options/certificate-options.ts'
import type {TokenOptions} from '../options/token-options.ts'
import {readTokenOptions} from '../options/token-options.ts'
import {withoutBrackets} from '../transport/hosts.ts'
import type {HttpReply} from '../transport/http.ts'
import type {Proxy} from '../transport/proxy.ts'
import {isNameCode, isTimeCode} from '../transport/network-error.ts'
import {userAgent} from '../transport/user-agent.ts'
import {getCertificate} from '../use-cases/get-certificate.ts'
import {getToken} from '../use-cases/get-token.ts'
import type {Invocation} from '../use-cases/invocation.ts'
import {invocationOf} from './check-identity.ts'
import type {RunnableEntry} from './check-exec-entries.ts'
import type {ClusterTarget} from './cluster-target.ts'
import {ok, problem, problemOf, skipped, warning, type Finding} from './finding.ts'
import {withRoute} from './route.ts'
import {describeIssuers, seeCertificate, type VisibleCertificate} from './see-certificate.ts'

const TIMEOUT_MS = 5000

/** Goes on to the cluster: its address, its certificate, and what it answers to our credential. */
export const checkCluster = async (
  target: ClusterTarget,
  context: Invocation,
  identity: CallerIdentity | undefined,
): Promise<readonly Finding[]> => {
  const {server, from, skipsVerification, proxy} = target
  const through = proxy ? ` through the proxy ${proxy.host}` : ''
  const found = ok(`${shownServer(server)}, by ${from}${through}`)
  const unsafe = skipsVerification
    ? [warning('insecure-skip-tls-verify: whoever answers there gets your token', 'remove it, and set the CA')]
    : []
  const secured = await checkAddress(target)
  if (secured.level === 'problem') return [found, ...unsafe, secured]
  return [found, ...unsafe, secured, ...(await checkLogin(target, context, identity))]
}

/** Without a login, which somebody may have put into the URL. */
const shownServer = (server: string): string => {
  const {protocol, host, pathname} = new URL(server)
  return `${protocol}//${host}${pathname === '/' ? '' : pathname}`
}

const checkAddress = async (target: ClusterTarget): Promise<Finding> => {
  const {server, ca, skipsVerification, proxy} = target
  const url = new URL(server)
  if (url.protocol !== 'https:')
    return problem(`${shownServer(server)} is not https`, 'correct the server in the kubeconfig')
  const seen = await withRoute(target, TIMEOUT_MS, (route) =>
    seeCertificate(url, {ca: ca === undefined ? undefined : [ca], ...route}),
  )
  if ('failure' in seen) return proxy ? unreachableBy(proxy, url, seen.failure) : unreachable(url, seen.failure)
  if (seen.fault !== undefined && !skipsVerification) return badCertificate(seen, seen.fault, target)
  return ok(
    `the API server answers, with a certificate of ${describeIssuers(seen.issuers)}, valid until ${seen.validTo}`,
  )
}

/** @param fault - the code of Node or OpenSSL */
const badCertificate = (
  {issuers, names, validFrom, validTo}: VisibleCertificate,
  fault: string,
  {server, serverName}: ClusterTarget,
): Finding => {
  const shown = `the API server shows a certificate of ${describeIssuers(issuers)}`
  const between = 'or something between you and the cluster answers in its place'
  if (isNameCode(fault)) {
    const wanted =
      serverName === undefined ? `${new URL(server).hostname}, the host` : `${serverName}, the tls-server-name`
    const step = serverName === undefined ? 'merge the cluster again, which brings its address' : 'correct or remove it'
    return problem(
      `${shown}, which is not for ${wanted} in the kubeconfig, but for ${names} (${fault})`,
      `${step}; ${between}`,
    )
  }
  if (isTimeCode(fault))
    return problem(
      `${shown}, which is valid from ${validFrom} until ${validTo} (${fault})`,
      `check this machine's clock, and ask who runs the cluster; ${between}`,
    )
  return problem(
    `${shown}, which the CA in the kubeconfig does not vouch for (${fault})`,
    `merge the cluster again, which brings its CA; ${between}`,
  )
}

const unreachableBy = (proxy: Proxy, {host}: URL, code: string): Finding =>
  problem(
    `the API server at ${host} cannot be reached through the proxy ${proxy.host} (${code})`,
    'check the proxy (proxy-url of the cluster in the kubeconfig, HTTPS_PROXY), or exempt the host in NO_PROXY',
  )

const unreachable = ({hostname, host}: URL, code: string): Finding =>
  isPrivate(hostname)
    ? problem(
        `the API server at ${host} cannot be reached (${code}): that is a private address, which only its VPC knows`,
        'connect to the VPC (VPN, bastion); or merge the cluster again without --private-address, if it has a public one',
      )
    : problem(
        `the API server at ${host} cannot be reached (${code})`,
        'check the network; merge the cluster again if its address has changed',
      )

/** RFC 1918, RFC 6598 and RFC 4193. */
const isPrivate = (hostname: string): boolean => {
  const host = withoutBrackets(hostname)
  if (isIP(host) === 6) return /^f[cd]/i.test(host)
  return /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/.test(host)
}

/** By what a client of the API server proves who it is. */
type ApiCredential = {readonly token: Secret} | {readonly certificatePem: string; readonly privateKeyPem: Secret}

/** What a login is tried with: an entry, or the options of this command line. */
interface Way {
  readonly entry: RunnableEntry | undefined
  readonly clusterId: string | undefined
}

const checkLogin = async (
  target: ClusterTarget,
  context: Invocation,
  identity: CallerIdentity | undefined,
): Promise<readonly Finding[]> => {
  if (target.skipsVerification)
    return [
      skipped(
        'the login was not tried: insecure-skip-tls-verify is set, and no credential is sent to an unverified server; remove it, set the CA, and run doctor again',
      ),
    ]
  const {login} = target
  if (login !== 'command line' && 'level' in login) return [login]
  const way: Way = {entry: login === 'command line' ? undefined : login, clusterId: target.clusterId}
  let credential: ApiCredential
  try {
    credential = await credentialFor(way, context)
  } catch (error) {
    return [problemOf(error, 'there is no credential to log in with: ')]
  }
  try {
    const reply = await review(target, credential, context)
    return [explain(reply, 'token' in credential, identity, way)]
  } catch (error) {
    return [problemOf(error, 'our credential could not be tried: ')]
  }
}

/** Asks the API server who we are, on kubectl's way. */
const review = (
  {server, ca, serverName, proxy}: ClusterTarget,
  credential: ApiCredential,
  {transport, runtime}: Invocation,
): Promise<HttpReply> =>
  transport({
    service: 'Kubernetes API server',
    action: 'SelfSubjectReview',
    method: 'POST',
    url: urlBelow(server, '/apis/authentication.k8s.io/v1/selfsubjectreviews'),
    headers: {
      accept: 'application/json',
      'content-type': 'application/json',
      'user-agent': userAgent(runtime),
      ...('token' in credential ? {authorization: `Bearer ${credential.token.reveal()}`} : {}),
    },
    body: JSON.stringify({apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview'}),
    tls: {
      ...(ca === undefined ? {} : {ca}),
      ...(serverName === undefined ? {} : {serverName}),
      ...('privateKeyPem' in credential
        ? {certificate: credential.certificatePem, privateKey: credential.privateKeyPem}
        : {}),
    },
    proxy: proxy ?? 'never',
    attempts: 1,
    timeoutMs: TIMEOUT_MS,
  })

const credentialFor = async ({entry, clusterId = ''}: Way, context: Invocation): Promise<ApiCredential> => {
  const own = entry ? invocationOf(entry, context) : context
  const source = await own.source()
  const inputs = {...own.inputs, flags: {...own.inputs.flags, 'cluster-id': clusterId}}
  if (entry?.line.command.endsWith('get-credential')) {
    const {certificatePem, privateKeyPem} = await getCertificate(source, readCertificateOptions(inputs, undefined), own)
    return {certificatePem, privateKeyPem}
  }
  const options: TokenOptions = readTokenOptions(inputs, undefined)
  return {token: new Secret((await getToken(source, options, own)).token)}
}

const explain = (
  {status, body}: HttpReply,
  isByToken: boolean,
  identity: CallerIdentity | undefined,
  {entry, clusterId}: Way,
): Finding => {
  if (status === 401) return isByToken ? tokenRefused(identity, clusterId) : certificateRefused()
  if (status >= 500) return problem(`the API server answers HTTP ${status}`, 'try again; ask who runs the cluster')
  const user = userIn(body)
  const answer = user === undefined ? ` (HTTP ${status})` : `, and knows us as ${user}`
  return ok(`the API server takes our credential${answer}${entry?.caveat === undefined ? '' : `; ${entry.caveat}`}`)
}

const tokenRefused = (identity: CallerIdentity | undefined, clusterId = '<id>'): Finding => {
  if (!identity)
    return problem(
      'the API server refuses the token (401), and STS does not say whose it is',
      'first correct what is wrong with the credentials, as shown above',
    )
  return problem(
    `the API server refuses the token (401), though STS takes it: the cluster has no RAMIdentityMapping for ${canonicalArn(identity.arn).toLowerCase()}, another cluster ID than ${clusterId}, no ack-ram-authenticator, or one from before mid-2024`,
    `have its administrator create what \`ack-ram-tool credential-plugin inspect-token --from-exec -c ${clusterId} --online\` shows; or use --mode certificate`,
  )
}

const certificateRefused = (): Finding =>
  problem(
    'the API server refuses the client certificate (401): it was revoked, or is of another cluster',
    'clear the cache (ack-ram-tool logout), check the cluster ID, and try again',
  )

const userIn = (body: string): string | undefined => {
  const status = parseJsonObject(body)?.['status']
  const info = isJsonObject(status) ? status['userInfo'] : undefined
  const name = isJsonObject(info) ? info['username'] : undefined
  return typeof name === 'string' ? name : undefined
}
