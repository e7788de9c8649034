import {randomUUID} from 'node:crypto'

import {authenticateOnce} from './container-service-caller.ts'
import {ContainerServiceError} from './container-service-error.ts'
import type {FaultOptions} from './faults.ts'
import {json, startService, type LocalService, type Reply} from './local-service.ts'
import {RAM_ACTIONS, RamError} from './ram-actions.ts'
import type {RamState} from './ram-state.ts'
import {valuesOf, type ReceivedRequest} from './received-request.ts'
import type {StsIdentity} from './sts-caller.ts'
import {StsError} from './sts-error.ts'

export type RamOptions = FaultOptions & {
  /** The access keys it knows, asked for anew for each request. */
  readonly identities: () => readonly StsIdentity[]
  readonly state: RamState
  /** Runs before an action does: what another client does in between, say. */
  readonly before?: (action: string, state: RamState) => void
  readonly now?: () => Date
}

/** What it remembers of a request; nothing in it is secret. */
type RamRequest = {
  readonly method: string
  readonly action?: string
  readonly parameters: Readonly<Record<string, string>>
  /** A document stood in the URL, where proxies and logs see it. */
  readonly documentInUrl?: true
  readonly code?: string
}

export type LocalRam = Omit<LocalService<RamRequest>, 'origin'> & {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string
}

/**
 * Starts RAM (2015-05-01) and IMS (2019-08-15) on 127.0.0.1: roles, policies, users, and OIDC providers. Signatures are
 * ACS3-HMAC-SHA256, over the form as well, and no nonce is taken twice. Documents have to be in the body.
 */
export const startLocalRam = async (options: RamOptions): Promise<LocalRam> => {
  const nonces = new Set<string>()
  const {origin, ...service} = await startService<RamRequest>(
    {
      describe,
      answer: (request) => answer(request, options, nonces),
      refuse: (refusal) => errorReply({message: 'The request was refused on purpose.', ...refusal}),
    },
    {faults: options.faults},
  )
  return {endpoint: origin, ...service}
}

const header = ({headers}: ReceivedRequest, name: string): string => valuesOf(headers, name)[0] ?? ''

const describe = (request: ReceivedRequest): RamRequest => {
  const {method, query, form} = request
  const action = header(request, 'x-acs-action')
  return {
    method,
    ...(action && {action}),
    parameters: Object.fromEntries([...query, ...form]),
    ...(query.some(([name]) => /Document|Description/.test(name)) && {documentInUrl: true}),
  }
}

const answer = (
  request: ReceivedRequest,
  {identities, state, before, now = () => new Date()}: RamOptions,
  nonces: Set<string>,
): Reply<RamRequest> => {
  try {
    const {method, path, query, form} = request
    const name = header(request, 'x-acs-action')
    const action = RAM_ACTIONS[header(request, 'x-acs-version')]?.get(name)
    if (!action || method !== 'POST' || path !== '/') throw new StsError('InvalidAction.NotFound')
    authenticateOnce({request, identities: identities(), now: now()}, nonces)
    before?.(name, state)
    const parameter = (wanted: string): string => valuesOf([...query, ...form], wanted)[0] ?? ''
    return json(200, {RequestId: requestId(), ...action({state, parameter})})
  } catch (error) {
    if (!(error instanceof StsError || error instanceof RamError || error instanceof ContainerServiceError)) throw error
    return errorReply(error)
  }
}

const errorReply = ({
  status,
  code,
  message,
  authAction,
}: {
  readonly status: number
  readonly code: string
  readonly message: string
  readonly authAction?: string
}): Reply<RamRequest> =>
  json<RamRequest>(
    status,
    {
      RequestId: requestId(),
      HostId: 'ram.aliyuncs.com',
      Code: code,
      Message: message,
      ...(authAction && {AccessDeniedDetail: {AuthAction: authAction, NoPermissionType: 'ImplicitDeny'}}),
    },
    {code},
  )

const requestId = (): string => randomUUID().toUpperCase()
