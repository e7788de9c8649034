import {withinTimeout} from '../base/deadline.ts'
import {AckError} from '../base/errors.ts'
import {askCaller} from '../caller/ask-caller.ts'
import type {CallerIdentity} from '../caller/caller-identity.ts'
import type {Credentials, CredentialSource} from '../credentials/credentials.ts'
import {credentialsFrom} from '../credentials/use-source.ts'
import {defaultsFor} from '../defaults/read-defaults.ts'
import {chooseStsEndpoint} from '../options/endpoint.ts'
import {createInvocation, type Invocation} from '../use-cases/invocation.ts'
import type {RunnableEntry} from './check-exec-entries.ts'
import {ok, problem, problemOf, skipped, type Finding} from './finding.ts'

/** Asks STS who the caller is. */
export const checkIdentity = async (
  credentials: Credentials,
  context: Invocation,
): Promise<{readonly findings: readonly Finding[]; readonly identity?: CallerIdentity}> => {
  try {
    const identity = await askIdentity(credentials, context)
    return {identity, findings: [ok(`STS says that it is ${identity.arn}, ${numberOf(identity)}`)]}
  } catch (error) {
    return {findings: [problemOf(error)]}
  }
}

const askIdentity = (credentials: Credentials, context: Invocation): Promise<CallerIdentity> =>
  withinTimeout(context.options.timeoutMs, (signal) =>
    askCaller(chooseStsEndpoint(context.options), credentials, context, signal),
  )

/** The number by which ACK knows an identity, and names its entries. */
const numberOf = ({userId, roleId, accountId}: CallerIdentity): string => userId || roleId || accountId

/**
 * Who would log in by each entry now, and whether the entry is named for somebody else: those that this program and the
 * console write are named by the number of a RAM identity.
 *
 * @param failed - a source of which it is known, and said, that it does not work
 */
export const checkEntryIdentities = async (
  entries: readonly RunnableEntry[],
  context: Invocation,
  failed: CredentialSource | undefined,
): Promise<readonly Finding[]> => {
  // By the identity of its source, so that entries of the same credentials ask once.
  const asked = new Map<string, Promise<CallerIdentity>>()
  const findings: Finding[] = []
  for (const entry of entries) {
    const about = `user ${JSON.stringify(entry.user.name)}: `
    try {
      const own = invocationOf(entry, context)
      const source = await own.source()
      if (failed && JSON.stringify(failed.identity) === JSON.stringify(source.identity)) {
        findings.push(skipped(`${about}nobody would log in, as said above of the same credentials`))
        continue
      }
      const key = JSON.stringify([source.identity, chooseStsEndpoint(own.options)])
      const asking =
        asked.get(key) ??
        credentialsFrom(source, own.options.timeoutMs).then((credentials) => askIdentity(credentials, own))
      asked.set(key, asking)
      findings.push(compare(about, entry.user.name, await asking))
    } catch (error) {
      if (!AckError.is(error)) throw error
      findings.push(problemOf(error, `${about}nobody would log in: `))
    }
  }
  return findings
}

/** An entry as kubectl would run it now. */
export const invocationOf = ({line, env}: RunnableEntry, {runtime, inputs}: Invocation): Invocation => {
  const {KUBERNETES_EXEC_INFO: _ofCaller, ...inherited} = runtime.env
  const given = {command: line.command, flags: line.flags, defaults: defaultsFor(line, inputs.defaults ?? {})}
  return createInvocation({...runtime, env: {...inherited, ...env}}, given, {
    askProfile: () => Promise.resolve(undefined),
    tellPerson: () => {},
  })
}

const compare = (about: string, name: string, identity: CallerIdentity): Finding => {
  const [, namedFor] = /^(\d{4,})(?:-|$)/.exec(name) ?? []
  const who = `${identity.arn}, ${numberOf(identity)}`
  if (namedFor === undefined || namedFor === numberOf(identity)) return ok(`${about}${who} would log in`)
  return problem(
    `${about}it is named for the RAM identity ${namedFor}, and ${who} would log in`,
    'add --profile-name to its exec entry, or merge the cluster again with the credentials that you mean',
  )
}
