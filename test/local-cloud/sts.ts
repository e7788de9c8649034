import {certificateFor, type ServiceTls} from './certificate.ts'
import type {FailNext, FaultOptions} from './faults.ts'
import {startService, type Recorded, type Reply} from './local-service.ts'
import type {WireCredentials} from './minted-credentials.ts'
import {STS_ACTIONS} from './sts-actions.ts'
import {commonParameter, type StsIdentity} from './sts-caller.ts'
import {missingParameter, StsError} from './sts-error.ts'
import {answerReply, errorReply, type StsAnswer} from './sts-reply.ts'
import {actionOf, describeStsRequest, type StsRequest} from './sts-request.ts'
import {createIdentity, type JudgeOidc, type StsOidcTrust, type StsRole, type StsRoleCall} from './sts-session.ts'

/** What the local STS remembers of a request; nothing in it is secret. */
export type StsRequestRecord = Recorded<StsRequest>

export type LocalSts = {
  /** `http://127.0.0.1:<port>`, or `https:` with `tls`. */
  readonly endpoint: string
  /** The certificate that its clients must trust; empty without `tls`. */
  readonly caPem: string
  /** In the order in which they were answered. */
  readonly requests: readonly StsRequestRecord[]
  /** Makes temporary credentials of a user or a role's session, as another service would hand them out. */
  readonly issue: (arn: string, lifetimeSeconds?: number) => WireCredentials
  /** The access keys that it knows now, those that it issued included. */
  readonly identities: () => readonly StsIdentity[]
  readonly failNext: FailNext
  readonly close: () => Promise<void>
}

export type LocalStsOptions = FaultOptions & {
  /** The access keys it knows, read anew for each request. */
  readonly identities: readonly StsIdentity[]
  /** The roles that AssumeRole can assume, read anew for each request. */
  readonly roles?: readonly StsRole[]
  /** The tokens that AssumeRoleWithOIDC takes, read anew for each request. */
  readonly oidc?: readonly StsOidcTrust[]
  /** Judges the tokens of AssumeRoleWithOIDC instead. */
  readonly judgeOidc?: JudgeOidc
  /** Its clock. */
  readonly now?: () => Date
  /** With it, it speaks TLS. */
  readonly tls?: ServiceTls
}

const VERSION = '2015-04-01'
const DEFAULT_LIFETIME_SECONDS = 3600

/**
 * Starts a Security Token Service (API version 2015-04-01) on 127.0.0.1.
 *
 * It takes V3 (ACS3-HMAC-SHA256) and RPC (HMAC-SHA1) signatures, by GET or POST, and answers as the real one: JSON, but
 * XML to an RPC request without `Format=JSON`. Errors are `{Code, Message, RequestId, HostId, Recommend}`. Credentials
 * that it hands out are good for its own actions until they expire.
 */
export const startLocalSts = async (options: LocalStsOptions): Promise<LocalSts> => {
  const {identities, roles = [], oidc = [], judgeOidc, now = () => new Date(), tls, faults} = options
  const issued: StsIdentity[] = []
  const issue = (arn: string, lifetimeSeconds = DEFAULT_LIFETIME_SECONDS): WireCredentials => {
    const {credentials, identity} = createIdentity(arn, new Date(now().getTime() + lifetimeSeconds * 1000))
    issued.push(identity)
    return credentials
  }
  const known = (): StsIdentity[] => [...identities, ...issued]
  const oidcRoles = (): StsRole[] => oidc.map(({roleArn}) => ({arn: roleArn, trusts: () => false}))
  const certificate = tls && (await certificateFor(tls))
  const {origin, ...service} = await startService<StsRequest>(
    {
      describe: (request) => describeStsRequest(request, tokensOf(known())),
      answer: (request) =>
        answer({request, identities: known(), roles: [...roles, ...oidcRoles()], oidc, judgeOidc, now: now(), issue}),
      refuse: (refusal, request) => errorReply(request, {message: 'The request was refused on purpose.', ...refusal}),
    },
    {certificate, faults, now},
  )
  return {endpoint: origin, caPem: certificate?.certPem ?? '', issue, identities: known, ...service}
}

const tokensOf = (identities: readonly StsIdentity[]): ReadonlySet<string> =>
  new Set(identities.flatMap(({securityToken}) => securityToken ?? []))

const answer = (call: StsRoleCall): Reply<StsRequest> => {
  try {
    return answerReply(call.request, perform(call))
  } catch (error) {
    if (!(error instanceof StsError)) throw error
    return errorReply(call.request, error)
  }
}

const perform = (call: StsRoleCall): StsAnswer => {
  const {request} = call
  const action = actionOf(request)
  if (!action) throw missingParameter('Action')
  const version = commonParameter(request, {ACS3: 'x-acs-version', RPC: 'Version'})
  if (!version) throw missingParameter('Version')
  const row = STS_ACTIONS.get(action)
  const isServed = request.path === '/' && ['GET', 'POST'].includes(request.method) && version === VERSION
  if (!row || !isServed) throw new StsError('InvalidAction.NotFound')
  return row(call)
}
