import {valuesOf} from './received-request.ts'
import {authenticateCaller, checkTimestamp, commonParameter, signatureStyle, type StsIdentity} from './sts-caller.ts'
import {missingParameter, StsError} from './sts-error.ts'
import type {StsAnswer} from './sts-reply.ts'
import {actionParameter} from './sts-request.ts'
import {openSession, readSessionRequest, type StsRoleCall} from './sts-session.ts'

/** One row per action; a row decides itself how its caller proves who it is. */
export const STS_ACTIONS: ReadonlyMap<string, (call: StsRoleCall) => StsAnswer> = new Map([
  ['AssumeRole', (call: StsRoleCall) => assumeRole(call)],
  ['AssumeRoleWithOIDC', (call: StsRoleCall) => assumeRoleWithOidc(call)],
  ['GetCallerIdentity', (call: StsRoleCall) => callerIdentity(authenticateCaller(call))],
])

const assumeRole = (call: StsRoleCall): StsAnswer => {
  const caller = authenticateCaller(call)
  const session = readSessionRequest(call)
  const {trusts = () => true, externalId} = session.role
  if (kindOf(caller.arn) === 'root') {
    throw new StsError('NoPermission', 'Roles may not be assumed by root accounts.')
  }
  const isKnownOutside = externalId === undefined || actionParameter(call.request, 'ExternalId') === externalId
  if (!isKnownOutside || !trusts(caller.arn)) throw new StsError('NoPermission')
  return openSession(call, session)
}

/** It is not signed: the token says who calls, and only in the form, for URLs are logged. */
const assumeRoleWithOidc = (call: StsRoleCall): StsAnswer => {
  const {request, oidc, judgeOidc, now} = call
  const signedAt = commonParameter(request, {ACS3: 'x-acs-date', RPC: 'Timestamp'})
  if (!signedAt) throw missingParameter('Timestamp')
  if (signatureStyle(request) === 'RPC' && !actionParameter(request, 'SignatureNonce')) {
    throw missingParameter('SignatureNonce')
  }
  checkTimestamp(signedAt, now)
  if (valuesOf(request.query, 'OIDCToken').length > 0) throw new StsError('InvalidParameter.OIDCToken')
  const [token, ...more] = valuesOf(request.form, 'OIDCToken')
  if (!token) throw missingParameter('OIDCToken')
  const providerArn = actionParameter(request, 'OIDCProviderArn')
  if (!providerArn) throw missingParameter('OIDCProviderArn')
  if (judgeOidc && !oidc.some((trust) => trust.token === token)) {
    const roleArn = actionParameter(request, 'RoleArn') ?? ''
    const fault = judgeOidc({token, providerArn, roleArn})
    if (fault) throw new StsError(fault)
    return openSession(call, readSessionRequest({...call, roles: [{arn: roleArn}]}))
  }
  const session = readSessionRequest(call)
  const trusts = oidc.filter((trust) => trust.providerArn === providerArn)
  if (trusts.length === 0) throw new StsError('EntityNotExist.OIDCProvider')
  const known = trusts.filter((trust) => trust.token === token && more.length === 0)
  if (known.length === 0) throw new StsError('AuthenticationFail.OIDCToken.Invalid')
  if (known.every(({expiration}) => expiration && expiration <= now)) {
    throw new StsError('AuthenticationFail.OIDCToken.Expired')
  }
  if (!known.some(({roleArn}) => roleArn === session.role.arn)) throw new StsError('AuthenticationFail.NoPermission')
  return openSession(call, session)
}

const callerIdentity = ({arn, accountId, userId = accountId}: StsIdentity): StsAnswer => {
  const kind = kindOf(arn)
  const common = {AccountId: accountId, Arn: arn}
  if (kind === 'assumed-role') {
    const sessionName = arn.split('/')[2] ?? ''
    return {IdentityType: 'AssumedRoleUser', ...common, PrincipalId: `${userId}:${sessionName}`, RoleId: userId}
  }
  return {IdentityType: kind === 'user' ? 'RAMUser' : 'Account', ...common, PrincipalId: userId, UserId: userId}
}

const kindOf = (arn: string): string => (arn.split(':')[4] ?? '').split('/')[0] ?? ''
