import {providerChain} from '../credentials/selection/search-order.ts'
import type {Credentials, CredentialSource} from '../credentials/credentials.ts'
import {withinTimeout} from '../base/deadline.ts'
import {SILENT_LOG} from '../base/log/silent-log.ts'
import {formatTimestamp} from '../signing/timestamp.ts'
import type {Invocation} from '../use-cases/invocation.ts'
import {ok, problem, problemOf, shortId, skipped, warning, type Finding} from './finding.ts'

/** What was found of credentials, and the credentials themselves for further checks. */
export interface CheckedCredentials {
  readonly findings: readonly Finding[]
  readonly source?: CredentialSource
  readonly credentials?: Credentials
}

/** Which source is chosen, why each other one is not, and whether its credentials can be had and are valid. */
export const checkCredentials = async (context: Invocation, isOffline: boolean): Promise<CheckedCredentials> => {
  const search = await searched(context)
  let source: CredentialSource
  try {
    source = await context.source()
  } catch (error) {
    const failure = problemOf(error)
    const isSaid = search.some(({text}) => text === failure.text)
    return {findings: isSaid ? search : [...search, failure]}
  }
  const {arns} = context.options.role
  const roles = arns.length > 0 ? [ok(`role on top: ${arns.map(({value}) => value).join(', then ')}`)] : []
  const loaded = await load(source, context, isOffline)
  return {...loaded, source, findings: [...search, ...roles, ...loaded.findings]}
}

/** Each place of the search with what it has. Behind the first that has credentials none is looked at. */
const searched = async (context: Invocation): Promise<readonly Finding[]> => {
  const {credentialType} = context.options
  if (credentialType !== 'any')
    return [ok(`chosen by --credential-type: ${credentialType === 'imds' ? 'imds' : credentialType.ofPlugin.value}`)]
  const findings: Finding[] = []
  let chosen: string | undefined
  let chain: ReturnType<typeof providerChain>
  try {
    chain = providerChain({...context, log: SILENT_LOG})
  } catch (error) {
    return [problemOf(error)]
  }
  for (const provider of chain) {
    if (chosen !== undefined) {
      findings.push(skipped(`not looked at: ${provider.name}, since ${chosen} comes first`))
      continue
    }
    try {
      const found = await provider.find()
      if ('skipped' in found) findings.push(skipped(`not used: ${provider.name}: ${found.skipped}`))
      else {
        chosen = provider.name
        findings.push(ok(`chosen: ${found.source.description}`))
      }
    } catch (error) {
      return [...findings, problemOf(error)]
    }
  }
  return findings
}

const load = async (source: CredentialSource, context: Invocation, isOffline: boolean): Promise<CheckedCredentials> => {
  try {
    const atHand = source.atHand()
    if (!atHand && isOffline) return {findings: [skipped('not fetched, since --offline sends nothing')]}
    const {timeoutMs} = context.options
    const credentials = atHand ?? (await withinTimeout(timeoutMs, (signal) => source.load(signal)))
    return {credentials, findings: [validity(credentials, context.clock.now())]}
  } catch (error) {
    return {findings: [problemOf(error)]}
  }
}

/** Less than this is soon, in milliseconds. */
const SOON_MS = 10 * 60_000

const validity = ({accessKeyId, securityToken, expiration}: Credentials, now: Date): Finding => {
  const what = `${securityToken ? 'session' : 'AccessKey'} ${shortId(accessKeyId)}`
  if (!securityToken && accessKeyId.startsWith('STS.'))
    return problem(
      `${what} is of a session, and there is no security token with it`,
      'store the security token too, or use an AccessKey',
    )
  if (!expiration) return ok(`${what}, ${securityToken ? 'whose end is not known' : 'without an end'}`)
  const end = formatTimestamp(expiration)
  if (expiration.getTime() - now.getTime() < SOON_MS)
    return warning(`${what} is valid until ${end}, which is soon`, 'get new credentials before then')
  return ok(`${what}, valid until ${end}`)
}
