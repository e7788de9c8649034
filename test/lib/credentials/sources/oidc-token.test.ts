import {expect} from 'chai'

import {readOidcToken} from '../../../../src/lib/credentials/sources/oidc-token.ts'
import {sha256Hex} from '../../../../src/lib/signing/hash.ts'
import {AckError} from '../../../../src/lib/base/errors.ts'
import {makeHome, type TestHome} from '../../../support/home.ts'

const tokenOf = (claims: unknown): string =>
  ['e30', Buffer.from(JSON.stringify(claims)).toString('base64url'), 'SECRET-signature'].join('.')

describe('readOidcToken', () => {
  let home: TestHome

  before(async () => {
    home = await makeHome()
  })
  after(() => home.remove())

  const read = async (content: string): Promise<ReturnType<typeof readOidcToken>> =>
    readOidcToken(await home.write('token', content), 1000)
  const identityOf = async (content: string): Promise<unknown> => (await read(content)).identity

  it('says whose token it is: issuer, subject and audience, which stay when it is renewed', async () => {
    const claims = {iss: 'https://oidc.example', sub: 'system:serviceaccount:a:b', aud: ['sts.aliyuncs.com']}
    const expected = [
      ['issuer', 'https://oidc.example'],
      ['subject', 'system:serviceaccount:a:b'],
      ['audience', '["sts.aliyuncs.com"]'],
    ]
    expect(await identityOf(tokenOf({...claims, exp: 1}))).to.deep.equal(expected)
    expect(await identityOf(tokenOf({...claims, exp: 2, iat: 1}))).to.deep.equal(expected)
    const {aud: _aud, ...withoutAudience} = claims
    expect(await identityOf(tokenOf(withoutAudience))).to.deep.equal([...expected.slice(0, 2), ['audience', '""']])
  })

  it('takes a token that does not say whose it is for another one each time', async () => {
    const payload = Buffer.from(JSON.stringify({iss: 'a', sub: 'b'})).toString('base64url')
    for (const token of [
      'SECRET-opaque',
      tokenOf({iss: 'a'}),
      tokenOf({sub: 'b'}),
      tokenOf({iss: 1, sub: 'b'}),
      tokenOf({iss: 'a', sub: ['b']}),
      tokenOf([]),
      tokenOf(null),
      `e30.${payload}`,
      'e30.e30',
      'e30..SECRET',
      'e30.!.SECRET',
    ])
      expect(await identityOf(token), token).to.deep.equal([['tokenSha256', sha256Hex(token)]])
  })

  it('takes white space around it away, as a header could not have it', async () => {
    expect((await read(' SECRET-a\r\n')).text.reveal()).to.equal('SECRET-a')
  })

  it('refuses a file that is empty, not there or too large, naming it', async () => {
    const failure = (action: () => unknown): AckError => {
      try {
        action()
      } catch (error) {
        if (error instanceof AckError) return error
        throw error
      }
      throw new Error('it did not fail')
    }
    for (const [content, words] of [
      [' \n', 'is empty'],
      ['x'.repeat(64 * 1024 + 1), 'cannot be read: '],
    ] as const) {
      const path = await home.write('bad', content)
      const {code, message} = failure(() => readOidcToken(path, 1000))
      expect(code).to.equal('CredentialFileUnreadable')
      expect(message).to.contain(`the OIDC token file ${path} ${words}`)
    }
    expect((await read('x'.repeat(64 * 1024))).text.length).to.equal(64 * 1024)
    expect(failure(() => readOidcToken(`${home.dir}/none`, 1000)).message).to.match(/none cannot be read: ENOENT/)
  })
})
