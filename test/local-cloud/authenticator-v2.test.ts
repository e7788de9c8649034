import {expect} from 'chai'

import {authenticate} from './authenticator.ts'
import {AuthenticatorError} from './authenticator-error.ts'
import {codeOf, flipLastBit, judge, refusal, type World} from './judging.ts'
import {decodeTokenV2, encodeTokenV2} from './signing.ts'
import {startLocalSts} from './sts.ts'
import {identityOf, readV1Vectors, readV2Vectors, type TokenVector} from './vectors.ts'

const MINUTE_MS = 60_000
const V2 = readV2Vectors()
const isPlain = ({extraQuery}: TokenVector): boolean => Object.keys(extraQuery).length === 0
const pick = (test: (vector: TokenVector) => boolean): TokenVector => {
  const vector = V2.find(
    (candidate) => isPlain(candidate) && /^c[0-9a-f]{32}$/.test(candidate.clusterId) && test(candidate),
  )
  if (!vector) throw new Error('no vector of this kind')
  return vector
}
const BY_USER = pick(({securityToken}) => securityToken === null)
const BY_SESSION = pick(({securityToken}) => securityToken !== null)

const withHeaders = ({token}: TokenVector, change: Record<string, string | undefined>): string => {
  const payload = decodeTokenV2(token)
  const headers = Object.entries({...payload.headers, ...change}).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  )
  return encodeTokenV2({...payload, headers: Object.fromEntries(headers) as Record<string, string>})
}

describe('authenticate, v2', () => {
  it('accepts every vector of the Go tool at its own date', async () => {
    for (const vector of V2.filter((candidate) => isPlain(candidate))) {
      const {arn} = await judge(vector)
      expect(arn).to.equal(identityOf(vector).arn)
    }
  })

  it('drops extra query keys before it asks STS, which then finds another signature', async () => {
    const withExtra = V2.filter((vector) => !isPlain(vector))
    expect(withExtra).to.have.length.above(5)
    for (const vector of withExtra) expect(await codeOf(vector)).to.equal('SignatureDoesNotMatch')
  })

  it('passes on only listed headers', async () => {
    expect(await judge(BY_USER, {token: withHeaders(BY_USER, {'x-acs-unlisted': '1', host: 'x'})})).to.have.property(
      'accountId',
    )
  })

  it("makes the ARN of a role's session canonical", async () => {
    expect(await judge(BY_SESSION)).to.deep.equal({
      arn: 'acs:ram::1234567890123456:assumed-role/dev/session',
      canonicalArn: 'acs:ram::1234567890123456:role/dev',
      accountId: '1234567890123456',
    })
  })

  it('keeps the ARN of a user, and refuses what is neither user, role nor account', async () => {
    expect(await judge(BY_USER)).to.have.property('canonicalArn', 'acs:ram::1234567890123456:user/alice')
    for (const arn of ['acs:ram::1:group/g', 'acs:ecs::1:user/u', 'acs:ram::1:assumed-role/dev']) {
      expect((await refusal(BY_USER, {identities: [identityOf(BY_USER, {arn})]})).message, arn).to.match(
        /is not one of|unrecognized/,
      )
    }
  })

  it('refuses one changed bit in the secret, without quoting what STS echoes', async () => {
    for (const vector of [BY_USER, BY_SESSION]) {
      const identities = [identityOf(vector, {accessKeySecret: flipLastBit(vector.accessKeySecret)})]
      const {stsCode, message} = await refusal(vector, {identities})
      expect(stsCode).to.equal('SignatureDoesNotMatch')
      expect(message).to.equal('error from RAM (expected 200, got 400): SignatureDoesNotMatch')
    }
  })

  it('accepts a date 15 minutes away, and no second more, in either direction', async () => {
    for (const skewMs of [15 * MINUTE_MS, -15 * MINUTE_MS]) await judge(BY_USER, {skewMs})
    for (const skewMs of [15 * MINUTE_MS + 1000, -15 * MINUTE_MS - 1000]) {
      expect(await codeOf(BY_USER, {skewMs})).to.equal('InvalidTimeStamp.Expired')
    }
  })

  it('refuses the id of another cluster, which differs in case only', async () => {
    const clusterId = BY_USER.clusterId.toUpperCase()
    expect(await refusal(BY_USER, {clusterId})).to.deep.include({
      message: `unexpected clusterid ${BY_USER.clusterId} in token`,
      stsCode: undefined,
    })
  })

  it('judges the signed cluster id, not the one beside it', async () => {
    const payload = decodeTokenV2(BY_USER.token)
    await judge(BY_USER, {token: encodeTokenV2({...payload, clusterId: 'other'})})
    const token = encodeTokenV2({...payload, query: {ACKClusterId: 'other'}})
    expect(await codeOf(BY_USER, {token, clusterId: 'other'})).to.equal('SignatureDoesNotMatch')
  })

  it('refuses another action', async () => {
    for (const action of ['getcalleridentity', 'AssumeRole', undefined]) {
      const token = withHeaders(BY_USER, {'x-acs-action': action})
      expect((await refusal(BY_USER, {token})).message).to.equal('unexpected action in token')
    }
  })

  it('refuses a security token that is missing, unknown, of another key, or over', async () => {
    const other = {...identityOf(BY_SESSION), accessKeyId: 'STS.other', securityToken: 'other+token=='}
    const identities = [identityOf(BY_SESSION), other]
    const withToken = (securityToken: string | undefined): World => ({
      identities,
      token: withHeaders(BY_SESSION, {'x-acs-security-token': securityToken}),
    })
    expect(await codeOf(BY_SESSION, withToken(undefined))).to.equal('MissingSecurityToken')
    expect(await codeOf(BY_SESSION, withToken('unknown'))).to.equal('InvalidSecurityToken.Malformed')
    expect(await codeOf(BY_SESSION, withToken('other+token=='))).to.equal('InvalidSecurityToken.MismatchWithAccessKey')
    const expired = [identityOf(BY_SESSION, {expiration: BY_SESSION.signedAt})]
    expect(await codeOf(BY_SESSION, {identities: expired})).to.equal('InvalidSecurityToken.Expired')
    const alive = [identityOf(BY_SESSION, {expiration: new Date(BY_SESSION.signedAt.getTime() + 1)})]
    await judge(BY_SESSION, {identities: alive})
  })

  it('wants a security token with a key that has one, and with every key that is named STS.', async () => {
    const securityToken = 'a+token=='
    expect(await codeOf(BY_USER, {identities: [identityOf(BY_USER, {securityToken})]})).to.equal('MissingSecurityToken')
    const token = withHeaders(BY_SESSION, {'x-acs-security-token': undefined})
    expect(await codeOf(BY_SESSION, {identities: [], token})).to.equal('MissingSecurityToken')
  })

  it('refuses a key that is unknown or inactive', async () => {
    expect(await codeOf(BY_USER, {identities: []})).to.equal('InvalidAccessKeyId.NotFound')
    const inactive = [identityOf(BY_USER, {status: 'Inactive'})]
    expect(await codeOf(BY_USER, {identities: inactive})).to.equal('InvalidAccessKeyId.Inactive')
  })

  it('refuses an x-acs- header that was added unsigned', async () => {
    const token = withHeaders(BY_USER, {'x-acs-signature-nonce': '1'})
    expect(await codeOf(BY_USER, {token})).to.equal('IncompleteSignature')
  })

  it('takes 4096 bytes and no more', async () => {
    const sized = async (bytes: number): Promise<string> =>
      (await refusal(BY_USER, {token: 'é'.padEnd(bytes - 1)})).message
    expect(await sized(4096)).to.equal('token is missing expected prefix')
    expect(await sized(4097)).to.equal('token is too large')
  })

  it('takes a long token, and not one that is longer than the limit', async () => {
    const padded = (length: number): string => withHeaders(BY_USER, {'user-agent': 'x'.repeat(length)})
    await judge(BY_USER, {token: padded(2000)})
    expect((await refusal(BY_USER, {token: padded(3000)})).message).to.equal('token is too large')
  })

  it('refuses other prefixes, other alphabets, and what is no JSON of texts', async () => {
    const encoded = (text: string): string => `k8s-ack-v2.${Buffer.from(text).toString('base64')}`
    const refused: [token: string, words: string][] = [
      [readV1Vectors()[0]?.token ?? '', 'token is missing expected prefix'],
      ['', 'token is missing expected prefix'],
      ['k8s-ack-v2.e30', 'illegal base64 data'],
      ['k8s-ack-v2.e31=', 'illegal base64 data'],
      ['k8s-ack-v2.e30=\n', 'illegal base64 data'],
      ['k8s-ack-v2.__8=', 'illegal base64 data'],
      [encoded('{'), 'token is not JSON'],
      [encoded('null'), 'token is not a JSON object'],
      [encoded('{"query":{"ACKClusterId":1}}'), 'query and headers of the token are not texts'],
      [encoded('{}'), 'unexpected clusterid  in token'],
    ]
    for (const [token, words] of refused) expect((await refusal(BY_USER, {token})).message, token).to.equal(words)
  })

  it('says that STS cannot be reached', async () => {
    const sts = await startLocalSts({identities: []})
    await sts.close()
    const error = await authenticate(BY_USER.token, {clusterId: BY_USER.clusterId, sts}).catch(
      (reason: unknown) => reason,
    )
    expect(error).to.be.instanceOf(AuthenticatorError).with.property('message', 'error during POST')
  })
})
