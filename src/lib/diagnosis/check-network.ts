import type {LookupAddress} from 'node:dns'
import {lookup} from 'node:dns/promises'
import {isIP} from 'node:net'

import {errorCode} from '../base/error-code.ts'
import {withinTimeout} from '../base/deadline.ts'
import {monotonicMs} from '../base/monotonic-ms.ts'
import {untilAborted} from '../base/until-aborted.ts'
import {AckError} from '../base/errors.ts'
import {chooseCsEndpoint, chooseStsEndpoint, describeEndpoint, type Endpoint} from '../options/endpoint.ts'
import {trustOf} from '../transport/certificates.ts'
import {describeSkew, httpDate, SKEW_MS} from '../transport/clock-offset.ts'
import {withoutBrackets} from '../transport/hosts.ts'
import type {HttpReply} from '../transport/http.ts'
import {certificateStep} from '../transport/network-error.ts'
import {proxyFor} from '../transport/proxy.ts'
import {STS_WINDOW_MS} from '../transport/sts-api.ts'
import type {Invocation} from '../use-cases/invocation.ts'
import {ok, problem, problemOf, skipped, warning, type Finding} from './finding.ts'
import {withRoute} from './route.ts'
import {describeIssuers, seeCertificate, type SeenCertificate} from './see-certificate.ts'

/** One host has this long, in milliseconds. */
const HOST_MS = 5000

/** The way to STS and to the Container Service, and the clock against that of STS. */
export const checkNetwork = async (context: Invocation, isOffline: boolean): Promise<readonly Finding[]> => {
  const environment = proxyFindings(context)
  if (isOffline)
    return [...environment, skipped('no host was called, since --offline sends nothing'), ...knownSkew(context)]
  const services: readonly (readonly [ServiceName, () => Endpoint])[] = [
    ['STS', () => chooseStsEndpoint(context.options)],
    ['Container Service', () => chooseCsEndpoint(context.options)],
  ]
  const found = await Promise.all(services.map(([name, choose]) => checkHost(name, choose, context)))
  return [...environment, ...found.flat(), ...(await otherNetwork(context))]
}

/** As calls name them. */
const SERVICES = {STS: 'STS', 'Container Service': 'CS'} as const

type ServiceName = keyof typeof SERVICES

const PROXY_VARIABLES = ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy']

const proxyFindings = ({options, runtime}: Invocation): readonly Finding[] => {
  const set = PROXY_VARIABLES.filter((name) => runtime.env[name])
  if (set.length === 0) return []
  try {
    const proxy = proxyFor(new URL(describeEndpoint(chooseStsEndpoint(options))), runtime.env)
    return [
      ok(
        proxy
          ? `STS is called through the proxy ${proxy.host} (${set[0]})`
          : `STS is called without the proxy of ${set[0]}`,
      ),
    ]
  } catch (error) {
    return [problemOf(error)]
  }
}

const checkHost = async (
  name: ServiceName,
  choose: () => Endpoint,
  context: Invocation,
): Promise<readonly Finding[]> => {
  try {
    const endpoint = choose()
    const url = new URL(describeEndpoint(endpoint))
    const isDirect = proxyFor(url, context.runtime.env) === undefined
    const address = isDirect ? await resolved(url.hostname) : undefined
    const seen = url.protocol === 'https:' ? certificateOf(url, context) : undefined
    const startedAt = monotonicMs()
    const reply = await withinTimeout(HOST_MS, (signal) => touch(name, endpoint, context, signal)).catch(asFailure)
    const took = Math.round(monotonicMs() - startedAt)
    if ('failure' in reply) return [untrusted(name, await seen) ?? unanswered(reply.failure)]
    const answered = ok(`${name} at ${endpoint.host} answers${address ? ` from ${address}` : ''} in ${took} ms`)
    const secured = seen ? [describeCertificate(name, await seen)] : []
    return [answered, ...secured, ...(name === 'STS' ? [clock(reply.date, context)] : [])]
  } catch (error) {
    if (AckError.is(error)) return [problemOf(error)]
    return [
      problem(`${name}: its name cannot be resolved (${errorCode(error)})`, 'check DNS, the endpoint and the region'),
    ]
  }
}

/** The time limit of calls does not change that of a diagnosis. */
const unanswered = (failure: unknown): Finding =>
  AckError.is(failure) && failure.code === 'DeadlineExceeded'
    ? problem(`${failure.message} (${failure.code})`, 'check the network: a diagnosis waits no longer for a host')
    : problemOf(failure)

const asFailure = (failure: unknown): {readonly failure: unknown} => ({failure})

const resolved = async (hostname: string): Promise<string | undefined> => {
  const host = withoutBrackets(hostname)
  if (isIP(host)) return undefined
  // A lookup hears of no signal.
  const find = (signal: AbortSignal): Promise<LookupAddress> =>
    untilAborted(
      signal,
      () => lookup(host),
      () => {
        throw Object.assign(new Error('lookup'), {code: 'ETIMEDOUT'})
      },
    )
  return (await withinTimeout(HOST_MS, find)).address
}

/** A call without a signature: every answer, a refusal too, shows the way, and the clock. */
const touch = (
  name: ServiceName,
  {scheme, host}: Endpoint,
  {transport}: Invocation,
  signal: AbortSignal,
): Promise<HttpReply> =>
  transport({action: name, service: SERVICES[name], method: 'GET', url: `${scheme}://${host}/`, attempts: 1}, signal)

const certificateOf = (url: URL, {runtime, log}: Invocation): Promise<SeenCertificate> => {
  const ca = trustOf(runtime.env, log).withSystem()
  const proxy = proxyFor(url, runtime.env)
  return withRoute({proxy, serverName: undefined}, HOST_MS, (route) => seeCertificate(url, {ca, ...route}))
}

const describeCertificate = (name: string, seen: SeenCertificate): Finding =>
  'failure' in seen
    ? warning(`${name}: its certificate cannot be seen (${seen.failure})`, 'try again')
    : ok(`${name} shows a certificate of ${describeIssuers(seen.issuers)}, valid until ${seen.validTo}`)

/** Why a service could not be called, if it is its certificate. */
const untrusted = (name: string, seen: SeenCertificate | undefined): Finding | undefined => {
  if (!seen || 'failure' in seen || seen.fault === undefined) return undefined
  return problem(
    `${name} shows a certificate of ${describeIssuers(seen.issuers)}, which cannot be verified (${seen.fault})`,
    `${certificateStep(seen.fault)}; else something answers in place of the service`,
  )
}

const clock = (date: string | undefined, {runtime, clock: corrected}: Invocation): Finding => {
  const theirs = httpDate(date)
  if (theirs === undefined) return skipped('STS does not say what time it is')
  const offsetMs = theirs - runtime.now().getTime()
  const size = Math.abs(offsetMs)
  if (size < SKEW_MS) return ok(`the clock agrees with that of STS, within ${Math.ceil(size / 1000) || 1} s`)
  const how = `the clock is ${describeSkew(offsetMs)} that of STS`
  if (corrected.offsetMs !== 0) return warning(`${how}: ${CORRECTED}`, SET_CLOCK)
  return size < STS_WINDOW_MS
    ? warning(`${how}; STS accepts 15`, SET_CLOCK)
    : problem(`${how}: tokens and calls are refused as InvalidTimeStamp.Expired`, SET_CLOCK)
}

/** What earlier answers have shown. */
const knownSkew = ({clock: {offsetMs}}: Invocation): readonly Finding[] =>
  offsetMs === 0
    ? []
    : [
        warning(
          `the clock was ${describeSkew(offsetMs)} that of the services when they were called last: ${CORRECTED}`,
          SET_CLOCK,
        ),
      ]

const CORRECTED = 'until it is set, tokens and calls are dated by theirs'
const SET_CLOCK = 'set it by NTP (timedatectl set-ntp true, w32tm /resync, sntp)'

/** Whether the host for the other network answers: who is inside a VPC may use its hosts, and outside nobody can. */
const otherNetwork = async (context: Invocation): Promise<readonly Finding[]> => {
  const {options} = context
  if (options.stsEndpoint || options.givenRegion === undefined) return []
  const other = chooseStsEndpoint({...options, usesVpc: !options.usesVpc})
  const which = options.usesVpc ? 'public' : 'VPC'
  try {
    await withinTimeout(HOST_MS / 2, (signal) => touch('STS', other, context, signal))
    return [ok(`the ${which} host of STS, ${other.host}, answers too`)]
  } catch (error) {
    if (!AckError.is(error)) throw error
    return [skipped(`the ${which} host of STS, ${other.host}, does not answer: this machine is not on that network`)]
  }
}
