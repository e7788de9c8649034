import {expect} from 'chai'

import {AckError} from '../../../src/lib/base/errors.ts'
import {Secret} from '../../../src/lib/base/secret.ts'
import {extraQuery} from '../../../src/lib/token/extra-query.ts'

const NAME = 'ACK_RAM_TOOL_TOKEN_EXTRA_KEY_PREFIX'

describe('extraQuery', () => {
  it('has the variables with the prefix, in lower case and sorted, without empty ones', () => {
    const env = {[NAME]: 'X_', X_B: '2', X_a: '1', X_EMPTY: '', X_: 'none', OTHER: '3', ['X___proto__']: '4'}
    expect([...extraQuery(env)]).to.deep.equal([
      ['b', '2'],
      ['__proto__', '4'],
      ['a', '1'],
    ])
    expect([...extraQuery({X_B: '2'})]).to.deep.equal([])
    expect([...extraQuery({[NAME]: '', X_B: '2'})]).to.deep.equal([])
    const own = {[NAME]: 'ACK_RAM_TOOL_TOKEN_EXTRA_', ACK_RAM_TOOL_TOKEN_EXTRA_TEAM: 'a'}
    expect(extraQuery(own).get('team')).to.equal('a')
  })

  it('refuses a prefix that covers a secret, naming the variable alone', () => {
    const known = new Secret('hidden-in-a-file').reveal()
    for (const [prefix, name, value] of [
      ['ALIBABA_CLOUD_', 'ALIBABA_CLOUD_ACCESS_KEY_SECRET', 'SECRET'],
      ['ALIBABA_CLOUD_', 'ALIBABA_CLOUD_SECURITY_TOKEN', 'SECRET'],
      ['ALIBABA_CLOUD_', 'ALIBABA_CLOUD_CREDENTIALS_URI', 'SECRET'],
      ['ALI', 'ALICLOUD_ACCESS_KEY', 'SECRET'],
      ['AWS_', 'AWS_SECRET_ACCESS_KEY', 'SECRET'],
      ['G', 'GITHUB_TOKEN', 'SECRET'],
      ['db_', 'db_password', 'SECRET'],
      ['db_', 'db_passphrase', 'SECRET'],
      ['MY_', 'MY_PRIVATE_KEY', 'SECRET'],
      ['MY_', 'MY_ACCESSKEY', 'SECRET'],
      ['MY_', 'MY_APIKEY', 'SECRET'],
      ['MY_', 'MY_ACK_RAM_TOOL_TOKEN_TEAM', 'SECRET'],
      ['KUBERNETES_', 'KUBERNETES_EXEC_INFO', 'SECRET'],
      ['HTTPS', 'HTTPS_PROXY', 'http://user:SECRET@proxy.example:3128'],
      ['MY_', 'MY_VALUE', known],
      ['MY_', 'MY_VALUE', encodeURIComponent(`a ${known}`)],
    ] as const) {
      let error: unknown
      try {
        extraQuery({[NAME]: prefix, [name]: value})
      } catch (thrown) {
        error = thrown
      }
      expect(error, name).to.be.instanceOf(AckError).and.to.include({code: 'InvalidOption', exitCode: 2})
      const {message, nextStep} = error as AckError
      expect(message).to.contain(`covers ${name} too`)
      expect(message.replace(name, '') + nextStep).not.to.match(/SECRET|hidden/)
    }
  })
})
