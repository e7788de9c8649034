import {expect} from 'chai'

import {codeOf, flipLastBit, judge, refusal} from './judging.ts'
import {signRpc} from './signing.ts'
import {identityOf, readV1Vectors, readV2Vectors, type TokenVector} from './vectors.ts'

const MINUTE_MS = 60_000
const V1 = readV1Vectors()

describe('authenticate, v1', () => {
  const [vector] = V1
  if (!vector) throw new Error('no v1 vectors')
  const urlOf = ({token}: TokenVector): URL => new URL(Buffer.from(token.slice(11), 'base64').toString('utf8'))
  const tokenOf = (url: string): string => `k8s-ack-v1.${Buffer.from(url).toString('base64')}`
  const wordsFor = async (change: (url: string) => string): Promise<string> =>
    (await refusal(vector, {tokenVersion: 'v1', token: tokenOf(change(urlOf(vector).href))})).message

  it('accepts every vector of the Go tool at its own date', async () => {
    for (const each of V1) expect((await judge(each, {tokenVersion: 'v1'})).arn).to.equal(identityOf(each).arn)
  })

  it('refuses a changed secret, an old date and a missing security token', async () => {
    const identities = [identityOf(vector, {accessKeySecret: flipLastBit(vector.accessKeySecret)})]
    expect(await codeOf(vector, {tokenVersion: 'v1', identities})).to.equal('SignatureDoesNotMatch')
    const skewMs = 15 * MINUTE_MS + 1000
    expect(await codeOf(vector, {tokenVersion: 'v1', skewMs})).to.equal('InvalidTimeStamp.Expired')
    const session = V1.find(({securityToken}) => securityToken !== null) ?? vector
    const url = urlOf(session)
    url.searchParams.delete('SecurityToken')
    expect(await codeOf(session, {tokenVersion: 'v1', token: tokenOf(url.href)})).to.equal('MissingSecurityToken')
  })

  it('refuses a URL that is not one of STS', async () => {
    expect(await wordsFor((url) => url.replace('https:', 'http:'))).to.equal('unexpected scheme in pre-signed URL')
    for (const host of [
      'sts.aliyuncs.com.evil.example',
      'oss.aliyuncs.com',
      'sts.aliyuncs.com:443',
      'a@sts.aliyuncs.com',
    ]) {
      const words = await wordsFor((url) => url.replace('sts.aliyuncs.com', host))
      expect(words, host).to.equal('unexpected hostname in pre-signed URL')
    }
    expect(await wordsFor((url) => url.replace('/?', '/x?'))).to.equal('unexpected path in pre-signed URL')
  })

  it('takes a regional host', async () => {
    const token = tokenOf(urlOf(vector).href.replace('sts.aliyuncs.com', 'sts.cn-hangzhou.aliyuncs.com'))
    await judge(vector, {tokenVersion: 'v1', token})
  })

  it('refuses other parameters, twice the same, another action and another cluster', async () => {
    expect(await wordsFor((url) => `${url}&Team=ci`)).to.equal('non-whitelisted query parameter "team"')
    expect(await wordsFor((url) => `${url}&action=x`)).to.equal('query parameter with multiple values not supported')
    const {accessKeySecret, clusterId} = vector
    const {Signature, ...parameters} = Object.fromEntries(urlOf(vector).searchParams)
    expect(Signature).to.be.a('string')
    const resigned = signRpc('GET', {...parameters, Action: 'AssumeRole'}, accessKeySecret)
    const url = `https://sts.aliyuncs.com/?${new URLSearchParams(resigned).toString()}`
    expect(await wordsFor(() => url)).to.equal('unexpected action parameter in pre-signed URL')
    const error = await refusal(vector, {tokenVersion: 'v1', clusterId: clusterId.toUpperCase()})
    expect(error.message).to.equal(`unexpected clusterid ${clusterId} in token`)
  })

  it('refuses a v2 token', async () => {
    const {message} = await refusal(vector, {tokenVersion: 'v1', token: readV2Vectors()[0]?.token ?? ''})
    expect(message).to.equal('token is missing expected prefix')
  })
})
